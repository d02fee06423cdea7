using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>One case for each class of modules in TorchSharp, by name. Their arguments are tried by family.</summary>
internal static class ModuleCases
{
    private static readonly long[] Row = [2, 6];
    private static readonly long[] Line = [2, 4, 6];
    private static readonly long[] Image = [2, 4, 6, 6];
    private static readonly long[] Volume = [2, 4, 4, 4, 4];

    public static IReadOnlyDictionary<string, ModuleCase> All { get; } =
        Activations().Concat(Layers()).Concat(Pools()).Concat(Shapes()).Concat(Norms()).Concat(Sequences()).Concat(Containers()).Concat(Losses())
            .ToDictionary(c => c.Item1, c => c.Item2);

    private static IEnumerable<(string, ModuleCase)> Activations() =>
    [
        ("CELU", Exports(() => CELU(0.5), Row)),
        ("ELU", Exports(() => ELU(0.5), Row)),
        ("GELU", Exports(() => GELU(), Row)),
        ("GLU", Exports(() => GLU(1), Row)),
        ("Hardshrink", Exports(() => Hardshrink(0.3), Row)),
        ("Hardsigmoid", Exports(() => Hardsigmoid(), Row)),
        ("Hardswish", Exports(() => Hardswish(), Row)),
        ("Hardtanh", Exports(() => Hardtanh(-0.5, 0.7), Row)),
        ("LeakyReLU", Exports(() => LeakyReLU(0.2), Row)),
        ("LogSigmoid", Exports(() => LogSigmoid(), Row)),
        ("LogSoftmax", Exports(() => LogSoftmax(1), Row)),
        ("Mish", Exports(() => Mish(), Row)),
        ("PReLU", Exports(() => PReLU(4), Image)),
        ("ReLU", Exports(() => ReLU(), Row)),
        ("ReLU6", Exports(() => ReLU6(), Row)),
        ("RReLU", Exports(() => RReLU(), Row)),
        ("SELU", Exports(() => SELU(), Row)),
        ("Sigmoid", Exports(() => Sigmoid(), Row)),
        ("SiLU", Exports(() => SiLU(), Row)),
        ("Softmax", Exports(() => Softmax(1), Row)),
        ("Softmax2d", Exports(() => Softmax2d(), Image)),
        ("Softmin", Exports(() => Softmin(1), Row)),
        ("Softplus", Exports(() => Softplus(2, 1), Row)),
        ("Softshrink", Exports(() => Softshrink(0.3), Row)),
        ("Softsign", Exports(() => Softsign(), Row)),
        ("Tanh", Exports(() => Tanh(), Row)),
        ("Tanhshrink", Exports(() => Tanhshrink(), Row)),
        ("Threshold", Exports(() => Threshold(0.1, 20), Row)),
    ];

    private static IEnumerable<(string, ModuleCase)> Layers() =>
    [
        ("Bilinear", Exports(() => Bilinear(6, 6, 3), Row, Row)),
        ("Conv1d", Exports(() => Conv1d(4, 3, 3, padding: 2, padding_mode: PaddingModes.Circular), Line)),
        ("Conv2d", Exports(() => Conv2d(4, 3, 3, padding: 1, padding_mode: PaddingModes.Reflect), Image)),
        ("Conv3d", Exports(() => Conv3d(4, 3, 3, padding: 1, padding_mode: PaddingModes.Replicate), Volume)),
        ("ConvTranspose1d", Exports(() => ConvTranspose1d(4, 3, 3, stride: 2), Line)),
        ("ConvTranspose2d", Exports(() => ConvTranspose2d(4, 4, 3, stride: 2, padding: 1, groups: 2), Image)),
        ("ConvTranspose3d", Exports(() => ConvTranspose3d(4, 3, 2, dilation: 2), Volume)),
        ("CosineSimilarity", Exports(() => CosineSimilarity(), Row, Row)),
        ("Embedding", Indexed(() => Embedding(7, 3))),
        ("EmbeddingBag", Indexed(() => Holding.Of(EmbeddingBag(7, 3), (m, x) => [m.call(x)]))),
        ("Linear", Exports(() => Linear(6, 3), Row)),
        ("PairwiseDistance", Exports(() => PairwiseDistance(), Row, Row)),
        ("AlphaDropout", Exports(() => AlphaDropout(), Row)),
        ("Dropout", Exports(() => Dropout(), Row)),
        ("Dropout1d", Exports(() => Dropout1d(), Line)),
        ("Dropout2d", Exports(() => Dropout2d(), Image)),
        ("Dropout3d", Exports(() => Dropout3d(), Volume)),
        ("FeatureAlphaDropout", Exports(() => FeatureAlphaDropout(), Image)),
    ];

    private static IEnumerable<(string, ModuleCase)> Pools() =>
    [
        ("AdaptiveAvgPool1d", Exports(() => AdaptiveAvgPool1d(4), Line)),
        ("AdaptiveAvgPool2d", Exports(() => AdaptiveAvgPool2d(3), Image)),
        ("AdaptiveAvgPool3d", Exports(() => AdaptiveAvgPool3d(1), Volume)),
        ("AdaptiveMaxPool1d", Exports(() => AdaptiveMaxPool1d(4), Line)),
        ("AdaptiveMaxPool2d", Exports(() => AdaptiveMaxPool2d([2, 3]), Image)),
        ("AdaptiveMaxPool3d", new ModuleCase.Nothing("TorchSharp 0.107 loses its output size, and calls the pool of one axis")),
        ("AvgPool1d", Exports(() => AvgPool1d(2), Line)),
        ("AvgPool2d", Exports(() => AvgPool2d(2), Image)),
        ("AvgPool3d", Exports(() => AvgPool3d(2), Volume)),
        ("FractionalMaxPool2d", new ModuleCase.Refused(OperatorCase.Module(() => FractionalMaxPool2d(2, output_size: 3), Image), "drawn at random")),
        ("FractionalMaxPool3d", new ModuleCase.Refused(OperatorCase.Module(() => FractionalMaxPool3d(2, output_size: 2), Volume), "drawn at random")),
        ("LPPool1d", Exports(() => LPPool1d(2, 2), Line)),
        ("LPPool2d", Exports(() => LPPool2d(2, 2), Image)),
        ("MaxPool1d", Exports(() => MaxPool1d(2), Line)),
        ("MaxPool2d", Exports(() => MaxPool2d(2), Image)),
        ("MaxPool3d", Exports(() => MaxPool3d(2), Volume)),
        ("MaxUnpool1d", Exports(() => Holding.Of(MaxUnpool1d(2), (m, x) => { var (y, at) = functional.max_pool1d_with_indices(x, 2); return [m.call(y, at)]; }), Line)),
        ("MaxUnpool2d", Exports(() => Holding.Of(MaxUnpool2d(2), (m, x) => { var (y, at) = functional.max_pool2d_with_indices(x, [2, 2]); return [m.call(y, at)]; }), Image)),
        ("MaxUnpool3d", Exports(() => Holding.Of(MaxUnpool3d(2), (m, x) => { var (y, at) = functional.max_pool3d_with_indices(x, [2, 2, 2]); return [m.call(y, at)]; }), Volume)),
    ];

    private static IEnumerable<(string, ModuleCase)> Shapes() =>
    [
        ("ChannelShuffle", Exports(() => ChannelShuffle(2), Image)),
        ("ConstantPad1d", Exports(() => ConstantPad1d(2, 1.5), Line)),
        ("ConstantPad2d", Exports(() => ConstantPad2d((1, 2, 3, 0), 1.5), Image)),
        ("ConstantPad3d", Exports(() => ConstantPad3d(1, 1.5), Volume)),
        ("ReflectionPad1d", Exports(() => ReflectionPad1d(2), Line)),
        ("ReflectionPad2d", Exports(() => ReflectionPad2d((1, 2, 3, 0)), Image)),
        ("ReflectionPad3d", Exports(() => ReflectionPad3d(1), Volume)),
        ("ReplicationPad1d", Exports(() => ReplicationPad1d(2), Line)),
        ("ReplicationPad2d", Exports(() => ReplicationPad2d((1, 2, 3, 0)), Image)),
        ("ReplicationPad3d", Exports(() => ReplicationPad3d(1), Volume)),
        ("ZeroPad2d", Exports(() => ZeroPad2d((1, 2, 3, 0)), Image)),
        ("Flatten", Exports(() => Flatten(), Image)),
        ("Unflatten", Exports(() => Unflatten(1, [2, 3]), Row)),
        ("Fold", Exports(() => Fold(4, 2), [2, 8, 9])),
        ("Unfold", Exports(() => Unfold(2), Image)),
        ("Identity", Exports(() => Identity(), Row)),
        ("PixelShuffle", Exports(() => PixelShuffle(2), Image)),
        ("PixelUnshuffle", Exports(() => PixelUnshuffle(2), Image)),
        ("Upsample", Exports(() => Upsample(scale_factor: [2, 2]), Image)),
    ];

    private static IEnumerable<(string, ModuleCase)> Norms() =>
    [
        ("BatchNorm1d", Exports(() => BatchNorm1d(6), Row)),
        ("BatchNorm2d", Exports(() => BatchNorm2d(4), Image)),
        ("BatchNorm3d", Exports(() => BatchNorm3d(4), Volume)),
        ("GroupNorm", Exports(() => GroupNorm(2, 4, affine: false), Image)),
        ("InstanceNorm1d", Exports(() => InstanceNorm1d(4), Line)),
        ("InstanceNorm2d", Exports(() => InstanceNorm2d(4), Image)),
        ("InstanceNorm3d", Exports(() => InstanceNorm3d(4), Volume)),
        ("LayerNorm", Exports(() => LayerNorm(6), Row)),
        ("LocalResponseNorm", Exports(() => LocalResponseNorm(3), Image)),
    ];

    private static IEnumerable<(string, ModuleCase)> Sequences() =>
    [
        ("GRU", Exports(() => Holding.Of(GRU(6, 3), (m, x) => [m.call(x).Item1]), Line)),
        ("GRUCell", Exports(() => Holding.Of(GRUCell(6, 6), (m, x) => [m.call(x, x)]), Row)),
        ("LSTM", Exports(() => Holding.Of(LSTM(6, 3), (m, x) => [m.call(x).Item1]), Line)),
        ("LSTMCell", Exports(() => Holding.Of(LSTMCell(6, 6), (m, x) => [m.call(x, (x, x)).Item2]), Row)),
        ("RNN", Exports(() => Holding.Of(RNN(6, 3), (m, x) => [m.call(x).Item1]), Line)),
        ("RNNCell", Exports(() => Holding.Of(RNNCell(6, 6), (m, x) => [m.call(x, x)]), Row)),
        ("MultiheadAttention", Exports(() => Holding.Of(MultiheadAttention(6, 2), (m, x) => [m.call(x, x, x).Item1]), Line)),
        ("Transformer", Exports(() => Transformer(6, 2, 1, 1, 8), Line, Line)),
        ("TransformerDecoder", Exports(() => Holding.Of(TransformerDecoder(TransformerDecoderLayer(6, 2, 8), 1), (m, x) => [m.call(x, x)]), Line)),
        ("TransformerDecoderLayer", Exports(() => Holding.Of(TransformerDecoderLayer(6, 2, 8), (m, x) => [m.call(x, x)]), Line)),
        ("TransformerEncoder", Exports(() => Holding.Of(TransformerEncoder(TransformerEncoderLayer(6, 2, 8), 1), (m, x) => [m.call(x)]), Line)),
        ("TransformerEncoderLayer", Exports(() => TransformerEncoderLayer(6, 2, 8), Line)),
    ];

    private static IEnumerable<(string, ModuleCase)> Containers() =>
    [
        ("ModuleDict", Exports(() => Holding.Of(ModuleDict(("a", Linear(6, 6)), ("b", Linear(6, 3))), (m, x) => [m["b"].call(m["a"].call(x))]), Row)),
        ("ModuleList", Exports(() => Holding.Of(ModuleList(Linear(6, 6), Linear(6, 3)), (m, x) => [m.Aggregate(x, (v, layer) => layer.call(v))]), Row)),
        ("ParameterDict", Exports(() => Holding.Of(ParameterDict(("a", Parameter(arange(6, ScalarType.Float32)))), (m, x) => [x * m["a"]]), Row)),
        ("ParameterList", Exports(() => Holding.Of(ParameterList(Parameter(arange(6, ScalarType.Float32))), (m, x) => [x + m[0]]), Row)),
        ("Sequential", Exports(() => Sequential(Linear(6, 4), ReLU(), Linear(4, 3)), Row)),
    ];

    private static IEnumerable<(string, ModuleCase)> Losses()
    {
        return
        [
            .. from loss in new (string Name, Func<nn.Module> Create)[]
               {
                   ("BCELoss", () => BCELoss()), ("BCEWithLogitsLoss", () => BCEWithLogitsLoss()), ("CrossEntropyLoss", () => CrossEntropyLoss()),
                   ("HingeEmbeddingLoss", () => HingeEmbeddingLoss()), ("HuberLoss", () => HuberLoss()), ("KLDivLoss", () => KLDivLoss()), ("L1Loss", () => L1Loss()),
                   ("MSELoss", () => MSELoss()), ("PoissonNLLLoss", () => PoissonNLLLoss()),
                   ("SmoothL1Loss", () => SmoothL1Loss()), ("SoftMarginLoss", () => SoftMarginLoss()), ("MultiLabelSoftMarginLoss", () => MultiLabelSoftMarginLoss()),
               }
               select (loss.Name, Loss(loss.Create, Row, Row)),
            ("CosineEmbeddingLoss", Loss(() => CosineEmbeddingLoss(), Row, Row, [2])),
            ("CTCLoss", new ModuleCase.Nothing("a loss, of lengths that are no tensors of a network")),
            ("GaussianNLLLoss", Loss(() => GaussianNLLLoss(), Row, Row, Row) with { Reason = "reads elements" }),
            ("MarginRankingLoss", Loss(() => MarginRankingLoss(), [2], [2], [2])),
            ("MultiLabelMarginLoss", new ModuleCase.Nothing("a loss, of integers that lie in a row's classes")),
            ("MultiMarginLoss", new ModuleCase.Nothing("a loss, of integers that lie in a row's classes")),
            ("NLLLoss", new ModuleCase.Nothing("a loss, of integers that lie in a row's classes")),
            ("TripletMarginLoss", Loss(() => TripletMarginLoss(), Row, Row, Row)),
            ("TripletMarginWithDistanceLoss", Loss(() => TripletMarginWithDistanceLoss(), Row, Row, Row)),
        ];
    }

    private static ModuleCase.Exports Exports(Func<nn.Module> create, params long[][] shapes) => new(OperatorCase.Module(create, shapes));

    private static ModuleCase.Refused Loss(Func<nn.Module> create, params long[][] shapes) =>
        new(new OperatorCase(create, () => [.. shapes.Select(s => ExportFolder.Example(s).sigmoid())]), "is a loss");

    private static ModuleCase.Exports Indexed(Func<nn.Module> create) => new(new OperatorCase(create, () => [arange(8).remainder(7).reshape(2, 4)]));
}

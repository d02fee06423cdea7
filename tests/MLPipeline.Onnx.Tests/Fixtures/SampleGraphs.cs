using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>Graphs that passes meet: the shapes of real networks, and every legal case of a pass, at the smallest size that proves it.</summary>
internal static class SampleGraphs
{
    private static readonly Dim[] Image = ["batch", 4, 6, 6];

    public static IReadOnlyDictionary<string, Func<Graph>> All { get; } = new Dictionary<string, Func<Graph>>(FoldingGraphs.All.Concat(RewritingGraphs.All.Select(g => KeyValuePair.Create(g.Key, g.Value.Create))))
    {
        ["conv, batch norm"] = () => ConvNorm(),
        ["conv with bias, batch norm"] = () => ConvNorm(bias: true),
        ["conv in groups, batch norm"] = () => ConvNorm(group: 2, bias: true),
        ["depthwise conv, batch norm"] = () => ConvNorm(group: 4),
        ["strided, dilated conv, batch norm"] = StridedConvNorm,
        ["transposed conv in groups, batch norm"] = ConvTransposeNorm,
        ["linear, batch norm"] = () => GemmNorm(),
        ["gemm of every attribute, batch norm"] = () => GemmNorm(("alpha", 0.5f), ("beta", 3f), ("transB", 1L)),
        ["gemm without C, batch norm"] = () => GemmNorm(null, ("alpha", 2f)),
        ["gemm with a scalar C, batch norm"] = () => GemmNorm([], ("beta", 0.25f)),
        ["gemm with a row C, batch norm"] = () => GemmNorm([1, 5], ("beta", 2f)),
        ["matmul, add, batch norm"] = () => MatMulNorm(add: true),
        ["matmul, batch norm"] = () => MatMulNorm(add: false),
        ["residual block with downsample"] = ResidualBlock,
        ["dense block"] = DenseBlock,
        ["batch norm as graph output, behind identities"] = IdentityChain,
        ["pixel scaling before a padded conv"] = () => Scaled(3, ("Div", [])),
        ["mean and deviation before a conv without padding"] = () => Scaled(1, ("Sub", [1, 4, 1, 1]), ("Div", [4, 1, 1])),
        ["mean and deviation before a padded conv"] = () => Scaled(3, ("Sub", [4, 1, 1]), ("Div", [4, 1, 1])),
        ["scale and shift before a conv in groups"] = () => Scaled(1, 2, ("Mul", [4, 1, 1]), ("Add", [])),
        ["constant arithmetic and weight layout"] = ConstantChain,
        ["dead branch"] = DeadBranch,
        ["reshape that flattens"] = () => Reshaped(["batch", 4, 3], "@0 12"),
        ["reshape of two symbolic axes"] = () => Reshaped(["batch", "length", 4], "@0 @1 2 2"),
        ["reshape that moves the symbolic axis"] = () => Reshaped(["batch", 4, 3], "4 @0 3"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static Graph ConvNorm(long group = 1, bool bias = false)
    {
        var net = new Network(Image);
        var y = net.BatchNorm("bn", net.Conv("conv", "x", 4, 8, group: group, bias: bias), 8);
        return net.Returns(net.Op("Relu", [y]), "batch", 8, 6, 6);
    }

    public static Graph GemmNorm(params (string, AttributeValue)[] attributes) => GemmNorm([5], attributes);

    public static Graph GemmNorm(long[]? summand, params (string Name, AttributeValue)[] attributes)
    {
        var net = new Network("batch", 3);
        var transposed = attributes.Any(a => a.Name == "transB");
        string[] inputs = ["x", transposed ? net.Weight("fc.weight", 5, 3) : net.Weight("fc.weight", 3, 5)];
        var gemm = net.Op("Gemm", summand is null ? inputs : [.. inputs, net.Weight("fc.bias", summand)], attributes);
        return net.Returns(net.BatchNorm("bn", gemm, 5), "batch", 5);
    }

    public static Graph ResidualBlock()
    {
        var net = new Network(Image);
        var main = net.Op("Relu", [net.BatchNorm("bn1", net.Conv("conv1", "x", 4, 8), 8)]);
        main = net.BatchNorm("bn2", net.Conv("conv2", main, 8, 8), 8);
        var side = net.BatchNorm("downsample.1", net.Conv("downsample.0", "x", 4, 8, kernel: 1), 8);
        return net.Returns(net.Op("Relu", [net.Op("Add", [main, side])]), "batch", 8, 6, 6);
    }

    /// <summary>Two dense layers: norm1 is behind a Concat and cannot fold, norm2 is behind conv1 and can.</summary>
    public static Graph DenseBlock()
    {
        var net = new Network(Image);
        var features = net.BatchNorm("norm0", net.Conv("conv0", "x", 4, 4), 4);
        for (var i = 1; i <= 2; i++)
        {
            var channels = 4 * i;
            var y = net.Op("Relu", [net.BatchNorm($"layer{i}.norm1", features, channels)]);
            y = net.Op("Relu", [net.BatchNorm($"layer{i}.norm2", net.Conv($"layer{i}.conv1", y, channels, 8, kernel: 1), 8)]);
            features = net.Op("Concat", [features, net.Conv($"layer{i}.conv2", y, 8, 4)], ("axis", 1L));
        }

        return net.Returns(net.BatchNorm("norm", features, 12), "batch", 12, 6, 6);
    }

    public static Graph Scaled(long kernel, params (string Op, long[] Constant)[] steps) => Scaled(kernel, 1, steps);

    public static Graph Scaled(long kernel, long group, params (string Op, long[] Constant)[] steps)
    {
        var net = new Network(Image);
        var y = steps.Aggregate("x", (value, step) => net.Op(step.Op, [value, net.Weight("scaling", step.Constant)]));
        return net.Returns(net.Conv("conv", y, 4, 2, kernel, group, bias: group > 1), "batch", 2, 6, 6);
    }

    /// <summary>A weight kept the other way round, and a shape put together from parts, as a converter may leave them.</summary>
    public static Graph ConstantChain()
    {
        var net = new Network("batch", 4, 3);
        var flat = net.Constant("parts", TensorData.Vector(-1, 12, 7));
        var sizes = net.Op("Gather", [flat, net.Constant("picks", TensorData.Vector(0, 1))], ("axis", 0L));
        var weight = net.Op("Transpose", [net.Weight("fc.weight", 5, 12)], ("perm", new long[] { 1, 0 }));
        return net.Returns(net.Op("MatMul", [net.Op("Reshape", ["x", sizes]), weight]), "batch", 5);
    }

    /// <summary>A shape put together at run time, from fixed lengths (12) and the input's own axes (@0).</summary>
    public static Graph Reshaped(Dim[] input, string lengths)
    {
        var net = new Network(input);
        var shape = net.Op("Shape", ["x"]);
        var parts = lengths.Split(' ');
        var reshaped = net.Op("Reshape", ["x", net.Op("Concat", [.. parts.Select(Length)], ("axis", 0L))]);
        return net.Returns(reshaped, [.. parts.Select(_ => default(Dim))]);

        string Length(string part) => part[0] == '@'
            ? net.Op("Gather", [shape, net.Constant("axis", TensorData.Vector(long.Parse(part[1..])))], ("axis", 0L))
            : net.Constant("length", TensorData.Vector(long.Parse(part)));
    }

    public static Graph DeadBranch()
    {
        var net = new Network(Image);
        var y = net.Conv("conv", "x", 4, 2);
        net.Op("Relu", [net.Conv("unused", y, 2, 2)]);
        return net.Returns(y, "batch", 2, 6, 6);
    }

    private static Graph StridedConvNorm()
    {
        var net = new Network(Image);
        var conv = net.Conv("conv", "x", 4, 3, bias: true, more: [("strides", new long[] { 2, 1 }), ("dilations", new long[] { 1, 2 })]);
        return net.Returns(net.BatchNorm("bn", conv, 3), "batch", 3, 3, 4);
    }

    private static Graph ConvTransposeNorm()
    {
        var net = new Network(Image);
        var up = net.Op(
            "ConvTranspose",
            ["x", net.Weight("up.weight", 4, 3, 2, 2), net.Weight("up.bias", 6)],
            ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("group", 2L));
        return net.Returns(net.BatchNorm("bn", up, 6), "batch", 6, 12, 12);
    }

    private static Graph MatMulNorm(bool add)
    {
        var net = new Network("batch", 3);
        var y = net.Op("MatMul", ["x", net.Weight("fc.weight", 3, 5)]);
        if (add) y = net.Op("Add", [net.Weight("fc.bias", 5), y]);
        return net.Returns(net.BatchNorm("bn", y, 5), "batch", 5);
    }

    private static Graph IdentityChain()
    {
        var net = new Network(Image);
        var y = net.Op("Identity", [net.Op("Dropout", [net.Conv("conv", "x", 4, 8)])]);
        y = net.Op("Identity", [net.Op("Identity", [net.BatchNorm("bn", y, 8)])]);
        return net.Returns(y, "batch", 8, 6, 6);
    }
}

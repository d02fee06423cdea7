using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters.Attention;

/// <summary>Attention modules, at symbolic lengths of the batch and of both sequences. Time comes first in all of them.</summary>
public class AttentionLayersTests
{
    private static readonly long[] Target = [3, 2, 8];
    private static readonly long[] Source = [5, 2, 8];

    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["self-attention"] = Own(() => Holding.Of(Spread(MultiheadAttention(8, 2)), (m, x) => Both(m.call(x, x, x)))),
        ["attention to another sequence"] = Cross(() => Holding.Of(Spread(MultiheadAttention(8, 4)), (m, x, y) => Both(m.call(x, y, y)))),
        ["attention without weights, of one head, no bias"] =
            Cross(() => Holding.Of(Spread(MultiheadAttention(8, 1, bias: false)), (m, x, y) => [m.call(x, y, y * 2, need_weights: false).Item1])),
        ["attention of a narrower source"] = Cross(() => Holding.Of(Spread(MultiheadAttention(8, 2, kdim: 4, vdim: 4)), (m, x, y) => Both(m.call(x, y, y * 2)))) with
        {
            Examples = () => [ExportFolder.Example(Target), ExportFolder.Example(5, 2, 4)],
        },
        ["attention with a learnt row"] = Cross(() => Holding.Of(Spread(MultiheadAttention(8, 2, add_bias_kv: true)), (m, x, y) => Both(m.call(x, y, y)))),
        ["attention with a row of zeros"] = Cross(() => Holding.Of(Spread(MultiheadAttention(8, 4, add_zero_attn: true)), (m, x, y) => Both(m.call(x, y, y)))),
        ["attention with both rows and both masks"] = Masked(
            () => Holding.Of(Spread(MultiheadAttention(8, 2, add_bias_kv: true, add_zero_attn: true)), (m, x, y, p) => Both(m.call(x, y, y, p, true, Triangle(3, 5))))) with
        { Axes = Batch },
        ["attention with padding"] = Masked(() => Holding.Of(Spread(MultiheadAttention(8, 2)), (m, x, y, p) => Both(m.call(x, y, y, p)))) with
        {
            // A row whose keys are all left out is not a number, in both.
            Edges = () => [[ExportFolder.Example(Target), ExportFolder.Example(Source), tensor(new[,] { { true, true, true, true, true }, { false, false, false, false, true } })]],
        },
        ["attention with a mask of truth values, which are added"] =
            Cross(() => Holding.Of(Spread(MultiheadAttention(8, 2)), (m, x, y) => Both(m.call(x, y, y, attn_mask: ones(3, 5).tril().to(ScalarType.Bool))))) with { Axes = First(Batch, 2) },
        ["attention of doubles"] = Own(() => Holding.Of(Spread(MultiheadAttention(8, 2)).to(ScalarType.Float64), (m, x) => Both(m.call(x, x, x)))) with
        {
            Examples = () => [ExportFolder.Example(Target).to(ScalarType.Float64)],
        },
        ["encoder layer"] = Own(() => Spread(TransformerEncoderLayer(8, 2, 16))),
        ["encoder layer of gelu with masks"] =
            Masked(() => Holding.Of(Spread(TransformerEncoderLayer(8, 4, 16, activation: Activations.GELU)), (m, x, y, p) => [m.call(y, Triangle(5, 5), p) + x.mean()])) with { Axes = Batch },
        ["encoder layer with a mask"] = Own(() => Holding.Of(Spread(TransformerEncoderLayer(8, 2, 16)), (m, x) => [m.call(x, Triangle(3, 3))])) with { Axes = First(Batch) },
        ["encoder"] = Own(() => Holding.Of(Spread(TransformerEncoder(TransformerEncoderLayer(8, 2, 16), 2)), (m, x) => [m.call(x)])),
        ["encoder with a mask and padding"] =
            Masked(() => Holding.Of(Spread(TransformerEncoder(TransformerEncoderLayer(8, 2, 16), 1)), (m, x, y, p) => [m.call(y, Triangle(5, 5), p) + x.mean()])) with { Axes = Batch },
        ["decoder layer"] = Cross(() => Holding.Of(Spread(TransformerDecoderLayer(8, 4, 16)), (m, x, y) => [m.call(x, y)])),
        ["decoder layer with masks"] = Masked(
            () => Holding.Of(Spread(TransformerDecoderLayer(8, 2, 16, activation: Activations.GELU)), (m, x, y, p) => [m.call(x, y, Triangle(3, 3), Triangle(3, 5), null, p)])) with
        { Axes = Batch },
        ["decoder"] = Cross(() => Holding.Of(Spread(TransformerDecoder(TransformerDecoderLayer(8, 2, 16), 2)), (m, x, y) => [m.call(x, y)])),
        ["transformer"] = Cross(() => Holding.Of(Spread(Transformer(8, 2, 2, 1, 16)), (m, x, y) => [m.call(y, x)])),
        ["transformer with masks"] = Masked(
            () => Holding.Of(Spread(Transformer(8, 4, 1, 1, 16, activation: Activations.GELU)), (m, x, y, p) => [m.call(y, x, Triangle(5, 5), Triangle(3, 3), Triangle(3, 5), p, null, p)])) with
        { Axes = Batch },
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Attention_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_a_module_whose_answers_do_not_show_its_heads()
    {
        using var folder = new ExportFolder();
        using var attention = MultiheadAttention(8, 2);
        init.zeros_(attention.get_parameter("in_proj_weight")!);
        using var module = Holding.Of(attention, (m, x) => Both(m.call(x, x, x)));
        using var example = ExportFolder.Example(Target);

        Assert.Contains("exactly one", Assert.Single(Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems));
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> Times => new()
    {
        [0] = new Dictionary<int, string> { [0] = "target", [1] = "batch" },
        [1] = new Dictionary<int, string> { [0] = "source", [1] = "batch" },
    };

    private static Dictionary<int, IReadOnlyDictionary<int, string>> Batch => new()
    {
        [0] = new Dictionary<int, string> { [1] = "batch" },
        [1] = new Dictionary<int, string> { [1] = "batch" },
        [2] = new Dictionary<int, string> { [0] = "batch" },
    };

    private static Dictionary<int, IReadOnlyDictionary<int, string>> First(Dictionary<int, IReadOnlyDictionary<int, string>> axes, int inputs = 1) =>
        axes.Where(a => a.Key < inputs).ToDictionary();

    private static OperatorCase Own(Func<nn.Module> create) => OperatorCase.Module(create, Target) with { Axes = First(Times) };

    private static OperatorCase Cross(Func<nn.Module> create) => OperatorCase.Module(create, Target, Source) with { Axes = Times };

    private static OperatorCase Masked(Func<nn.Module> create) => new(create, () => [ExportFolder.Example(Target), ExportFolder.Example(Source), tensor(new[,] { { false, false, true, false, true }, { false, false, false, false, true } })])
    {
        Axes = new Dictionary<int, IReadOnlyDictionary<int, string>>(Times) { [2] = new Dictionary<int, string> { [0] = "batch", [1] = "source" } },
    };

    // Fresh weights give scores near 0, which hide mistakes in heads and masks; biases are zero.
    private static TModule Spread<TModule>(TModule module)
        where TModule : nn.Module
    {
        using var still = no_grad();
        using var generator = new Generator(11, CPU);
        foreach (var (_, parameter) in module.named_parameters())
            parameter.copy_(randn(parameter.shape, generator: generator));
        return module;
    }

    private static Tensor Triangle(int target, int source) => zeros(target, source).masked_fill(ones(target, source).triu(diagonal: 1).to(ScalarType.Bool), double.NegativeInfinity);

    private static IReadOnlyList<Tensor> Both(Tuple<Tensor, Tensor> r) => [r.Item1, r.Item2];
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MLPipeline.Export.Tests.Converters.Attention;

/// <summary>Scaled dot-product attention of two inputs, whose second is key and value.</summary>
public class ScaledDotProductTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["attention"] = Of((q, k) => scaled_dot_product_attention(q, k, k * 2)),
        ["attention without heads"] = OperatorCase.Of((q, k) => scaled_dot_product_attention(q, k, k), [2, 3, 8], [2, 5, 8]),
        ["causal attention, more columns than rows"] = Of((q, k) => scaled_dot_product_attention(q, k, k, is_casual: true)),
        ["causal attention of any length"] = OperatorCase.Of(x => scaled_dot_product_attention(x, x, x, is_casual: true), 2, 2, 4, 8) with { Axes = Time },
        ["attention with a mask that is added"] = Of((q, k) => scaled_dot_product_attention(q, k, k, ones(3, 5).triu() * -2)),
        ["attention with a mask of truth values"] = Of((q, k) => scaled_dot_product_attention(q, k, k, ones(3, 5).tril().to(ScalarType.Bool))),
        ["rows that see nothing"] = Of((q, k) => scaled_dot_product_attention(q, k, k, ones(3, 5).tril(diagonal: -1).to(ScalarType.Bool))),
        ["rows that see nothing by minus infinity"] = Of((q, k) => scaled_dot_product_attention(q, k, k, zeros(3, 5).masked_fill(ones(3, 5).triu().to(ScalarType.Bool), double.NegativeInfinity))),
        ["attention of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => scaled_dot_product_attention(x, x, x), 2, 4, 8),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Attention_gives_the_function_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_weights_dropped_at_random()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => scaled_dot_product_attention(x, x, x, p: 0.5));
        using var example = ExportFolder.Example(2, 4, 8);

        Assert.Contains(Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems, p => p.Contains("at random"));
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> Time => new() { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "time" } };

    private static OperatorCase Of(Func<Tensor, Tensor, Tensor> attention) => OperatorCase.Of(attention, [2, 2, 3, 8], [2, 2, 5, 8]);
}

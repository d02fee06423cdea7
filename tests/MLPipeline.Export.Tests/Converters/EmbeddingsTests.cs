using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Look-ups in tables.</summary>
public class EmbeddingsTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["embedding"] = Indexed(() => Embedding(7, 3), 2, 4),
        ["embedding of a batch of single indices"] = Indexed(() => Embedding(7, 3), 2),
        ["embedding with a padding row"] = Indexed(() => Embedding(7, 3, padding_idx: 2), 2, 4),
        ["embedding with a max_norm that no row reaches"] = Indexed(() => Embedding(7, 3, max_norm: 100), 2, 4),
        ["embedding of 32-bit indices"] = Indexed(() => Embedding(7, 3), 2, 4) with { Examples = () => [arange(8, ScalarType.Int32).remainder(7).reshape(2, 4)] },
        ["embedding from a table of doubles"] = Indexed(() => Embedding_from_pretrained(arange(12, ScalarType.Float64).reshape(6, 2)), 2, 3),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Look_up_gives_the_module_s_rows(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_a_table_that_a_look_up_changes_and_leaves_it_as_it_was()
    {
        using var folder = new ExportFolder();
        using var module = Embedding(7, 3, max_norm: 0.5);
        using var example = arange(4).reshape(2, 2);
        using var untouched = module.weight![6].clone();

        var e = Assert.Throws<ExportException>(() => folder.Export(module, [example]));

        Assert.Contains("max_norm", Assert.Single(e.Problems));
        Assert.True(allclose(module.weight![6], untouched, rtol: 0, atol: 0));
    }

    private static OperatorCase Indexed(Func<nn.Module> create, params long[] shape) =>
        new(create, () => [arange(shape.Aggregate(1L, (a, b) => a * b)).remainder(7).remainder(6).reshape(shape)]);
}

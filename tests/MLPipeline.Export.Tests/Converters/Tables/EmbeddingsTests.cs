using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters.Tables;

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
        ["bags of one length, averaged"] = Bags(() => EmbeddingBag(7, 3)),
        ["bags of one length, summed"] = Bags(() => EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum)),
        ["bags of one length, their largest"] = Bags(() => EmbeddingBag(7, 3, mode: EmbeddingBagMode.Max)),
        ["bags with padding, averaged"] = Bags(() => EmbeddingBag(7, 3, padding_index: 2)) with { Edges = () => [[full([1, 4], 2L)]] },
        ["bags with padding that is not zero, summed"] = Bags(() => Filled(EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum, padding_index: 2))),
        ["bags with padding, their largest"] = Bags(() => EmbeddingBag(7, 3, mode: EmbeddingBagMode.Max, padding_index: 2)) with { Edges = () => [[full([1, 4], 2L)]] },
        ["weighted bags"] = new(
            () => Holding.Of(EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum), (m, x, w) => [m.call(x, null, w)]), () => [Indices(2, 4), ExportFolder.Example(2, 4)]),
        ["bags by offsets, averaged"] = Offsets(() => EmbeddingBag(7, 3)),
        ["bags by offsets with their end, summed"] = Offsets(() => EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum, include_last_offset: true)),
        ["bags by offsets with padding, their largest"] = Offsets(() => EmbeddingBag(7, 3, mode: EmbeddingBagMode.Max, padding_index: 3)),
        ["weighted bags by offsets"] = Offsets(() => EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum)) with
        {
            Create = () => Holding.Of(EmbeddingBag(7, 3, mode: EmbeddingBagMode.Sum), (m, x, w) => [m.call(x, Starts, w)]),
            Examples = () => [Indices(8), ExportFolder.Example(8)],
        },
        ["bags by offsets of a list of any length"] = Indexed(() => Holding.Of(EmbeddingBag(7, 3), (m, x) => [m.call(x, tensor(new long[] { 0, 1 }))]), 4),
        ["bags by offsets that are an input"] = new(() => Holding.Of(EmbeddingBag(7, 3), (m, x, o) => [m.call(x, o)]), () => [Indices(8), Starts]) { Fixed = true },
        ["bags from a table"] = Bags(() => EmbeddingBag_from_pretrained(arange(14, ScalarType.Float32).reshape(7, 2) - 5)),
    };

    private static Tensor Starts => tensor(new long[] { 0, 3, 3, 7, 8 });

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
        new(create, () => [Indices(shape)]);

    private static OperatorCase Bags(Func<TorchSharp.Modules.EmbeddingBag> create) => Indexed(() => Holding.Of(create(), (m, x) => [m.call(x)]), 2, 4);

    // Bags of 3, none, 4 and 1; and nothing after the last where the end is given.
    private static OperatorCase Offsets(Func<TorchSharp.Modules.EmbeddingBag> create) =>
        Indexed(() => Holding.Of(create(), (m, x) => [m.call(x, Starts)]), 8) with { Fixed = true };

    private static Tensor Indices(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b)).remainder(7).remainder(6).reshape(shape);

    private static TorchSharp.Modules.EmbeddingBag Filled(TorchSharp.Modules.EmbeddingBag bag)
    {
        using var still = no_grad();
        bag.weight!.copy_(arange(21, ScalarType.Float32).reshape(7, 3) + 1);
        return bag;
    }
}

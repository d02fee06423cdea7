using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Taking and putting elements by tensors of places: unsorted, repeated and negative ones among them.</summary>
public class GatherTests
{
    private static readonly Tensor Places = tensor(new long[] { 2, 0, 2, 1 }).DetachFromDisposeScope();
    private static readonly Tensor Once = tensor(new long[] { 2, 0 }).DetachFromDisposeScope();

    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["gather"] = OperatorCase.Indexed((x, i) => x.gather(1, i), [2, 4, 3], [2, 6, 3], high: 4),
        ["gather fewer"] = OperatorCase.Indexed((x, i) => x.gather(-1, i), [2, 4, 3], [2, 2, 5], high: 3),
        ["gather integers"] = OperatorCase.Typed(ScalarType.Int64, x => x.gather(1, Places.expand(x.shape[0], 4)), 2, 3),
        ["gather a scalar"] = OperatorCase.Of(x => x + x.mean().gather(0, tensor(0L)), 2, 3),
        ["index_select"] = OperatorCase.Of(x => x.index_select(1, Places), 2, 3, 2),
        ["index_select of one"] = OperatorCase.Of(x => x.index_select(-1, tensor(1L)), 2, 3),
        ["index_select by 32-bit places"] = OperatorCase.Typed(ScalarType.Bool, x => x.index_select(1, tensor(new[] { 1, 0, 1 })), 2, 3),
        ["take"] = OperatorCase.Of(x => x.take(tensor(new long[,] { { 0, -1 }, { 2, 1 } })), 2, 3),
        ["take_along_dim"] = OperatorCase.Indexed((x, i) => x.take_along_dim(i, 1), [2, 4, 3], [2, 6, 1], high: 4),
        ["take_along_dim of all"] = OperatorCase.Indexed((x, i) => x.take_along_dim(i), [2, 4], [2, 2], high: 8) with { Fixed = true },
        ["scatter"] = OperatorCase.Of((x, y) => x.scatter(1, Once.expand(x.shape[0], 2), y), [2, 3], [2, 2]),
        ["scatter of a longer source"] = OperatorCase.Of((x, y) => x.scatter(-1, Once.expand(x.shape[0], 2), y), [2, 3], [2, 4]),
        ["scatter to the same place"] = OperatorCase.Of((x, y) => x.scatter(1, Places.expand(x.shape[0], 4), y), [2, 3], [2, 4]),
        ["scatter in place"] = OperatorCase.Of((x, y) => x.relu().scatter_(0, zeros(1, 3, dtype: ScalarType.Int64), y), [2, 3], [2, 3]),
        ["scatter_add"] = OperatorCase.Of((x, y) => x.scatter_add(1, Places.expand(x.shape[0], 4), y), [2, 3], [2, 4]) with { Since = 16 },
        ["scatter_add of integers"] = OperatorCase.Typed(ScalarType.Int64, x => x.scatter_add(1, Places[..3].expand(x.shape[0], 3), x), 2, 3) with { Since = 16 },
        ["index_add"] = OperatorCase.Of((x, y) => x.index_add(1, Places, y, 1), [2, 3, 2], [2, 4, 2]) with { Since = 16 },
        ["index_add, scaled"] = OperatorCase.Of((x, y) => x.index_add(1, Places, y, -0.5), [2, 3], [2, 4]) with { Since = 16 },
        ["thousands on a few places"] = OperatorCase.Of(
            x => x.scatter_add(1, arange(6000).remainder(3).expand(x.shape[0], 6000), x.repeat(1, 2000)), 2, 3) with
        { Since = 16, Tolerance = new Tolerance(1e-3, 1e-3) },
        ["index_copy"] = OperatorCase.Of((x, y) => x.index_copy(-1, Once, y), [2, 3], [2, 2]),
        ["index_copy in place"] = OperatorCase.Of((x, y) => x.relu().index_copy_(1, Once, y), [2, 3], [2, 2]),
        ["index_fill"] = OperatorCase.Of(x => x.index_fill(1, tensor(new long[] { -1, 0, -1 }), 1.5), 2, 3, 2),
        ["index_fill of integers, at one place"] = OperatorCase.Typed(ScalarType.Int64, x => x.index_fill(1, tensor(1L), 7), 2, 3),
        ["select_scatter"] = OperatorCase.Of((x, y) => x.select_scatter(y, 1, -2), [2, 3, 2], [2, 2]),
        ["slice_scatter"] = OperatorCase.Of((x, y) => x.slice_scatter(y, 1, 1, 3), [2, 4], [2, 2]),
        ["slice_scatter by steps"] = OperatorCase.Of((x, y) => x.slice_scatter(y, dim: -1, step: 2), [2, 4], [2, 2]),
        ["slice_scatter of all rows"] = OperatorCase.Of((x, y) => x.slice_scatter(y), [2, 4], [2, 4]),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);
}

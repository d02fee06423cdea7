using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Reductions, statistics, running sums and sorting: axes of every kind, types, ties, NaN.</summary>
public class ReductionTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["sum"] = Many(x => [x.sum(), x.sum(1), x.sum(-1, keepdim: true), x.sum(0, 2), x.sum(0, 1, 2, keepdim: true), x.sum([1, 2]), x.sum(Array.Empty<long>()), x.sum(0, type: ScalarType.Float64), x.sum(ScalarType.Float64)]),
        ["sum of integers and bools"] = Integers(x => [x.sum(), x.sum(1), (x > 2).sum(1), x.to(ScalarType.Byte).sum()], ScalarType.Int32),
        ["mean"] = Many(x => [x.mean(), x.mean([1]), x.mean([0, -1], keepdim: true), x.mean([2], type: ScalarType.Float64)]),
        ["product"] = Many(x => [x.prod(), x.prod(1), x.prod(-1, keepdim: true)]),
        ["product of integers and bools"] = Integers(x => [x.prod(1), (x > 2).prod(), x.prod(2, type: ScalarType.Float32)], ScalarType.Int16),
        ["largest and smallest"] = Many(x => [x.max(), x.min(), x.amax(1), x.amin([0, 2], keepdim: true), x.amax(Array.Empty<long>()), x.max(1).values, x.min(-1, keepdim: true).indexes]),
        ["largest and smallest, with their places"] = Integers(x => [x.max(1).values, x.max(1).indexes, x.min(2, keepdim: true).values, x.min(0).indexes, x.max(), x.aminmax(1).min, x.aminmax().max, x.aminmax(-1, keepdim: true).min], ScalarType.Int16),
        ["places of the largest and smallest of equals"] = Integers(x => [x.argmax(), x.argmax(1), x.argmin(-1, keepdim: true), x.argmin()], ScalarType.Float32),
        ["all and any"] = Integers(x => [(x > 0).all(), (x > 4).any(), (x > 1).all(1), (x > 4).any(-1, keepdim: true), x.any(), x.to(ScalarType.Byte).all(1)], ScalarType.Float32),
        ["count of what is not 0"] = Integers(x => [x.count_nonzero(), x.count_nonzero([1]), count_nonzero(x, [0, 2])], ScalarType.Int32),
        ["sums without NaN"] = Many(x => [x.nansum(), x.log().nansum()]),
        ["sum of bytes without NaN"] = Integers(x => [x.nansum()], ScalarType.Byte),
        ["logarithm of a sum of exponentials"] = Many(x => [x.logsumexp(1), (x * 200).logsumexp(-1, keepdim: true)]),
        ["deviation"] = Many(x => [x.std(), x.std(unbiased: false), x.std(1), x.std([1, 2], unbiased: false, keepdim: true), x.std((1L, 2L)), std(x, 0, unbiased: false)]),
        ["variance"] = Many(x => [x.var(), x.var(false), x.var(2), x.var([0, 1], unbiased: true, keepdim: true), var(x, [1, 2]), x.sum().var(0, unbiased: false)]),
        ["deviation and mean"] = Many(x => [x.std_mean().std, x.std_mean().mean, x.std_mean(1, keepdim: true).std, x.var_mean(2).var, x.var_mean([1, 2], unbiased: false).mean]),
        ["norm"] = Many(x => [x.norm(), x.norm(1f), x.norm(float.PositiveInfinity), x.norm(0f), x.norm(3f), x.norm(1, false, 2f), x.norm(2, true, 1f), x.norm(1, false, float.NegativeInfinity)]),
        ["distance"] = OperatorCase.Of((a, b) => stack([a.dist(b), a.dist(b, 1), a.dist(b, float.PositiveInfinity)]), [2, 3], [2, 3]),
        ["median"] = Integers(x => [x.median(), x[TensorIndex.Colon, 0].median(), x.@float().median()], ScalarType.Int64),
        ["median with NaN"] = Fixed(x => [x.median(), x.nanmedian()], tensor([3f, 1, 2, 4]), tensor([3f, float.NaN, 2, 4])),
        ["quantiles"] = Many(x => [x.quantile(tensor(0.3f), 1), x.quantile(tensor([0f, 0.5f, 0.9f, 1f]), 1, keepdim: true), quantile(x, tensor([0.25f]), -1), x.quantile(tensor(0.5f), 0, keepdim: true), x.quantile(tensor(0.5f), keepdim: true)]),
        ["quantile with NaN"] = Fixed(x => [x.quantile(tensor(0.3f), 0), x.quantile(tensor([0.3f, 0.6f]), 0)], tensor([3f, 1, 2, 4]), tensor([3f, float.NaN, 2, 4])),
        ["running sum"] = Many(x => [x.cumsum(0), x.cumsum(-1), x.cumsum(1, ScalarType.Float64), x.half().cumsum(1)]) with { Tolerance = new(1e-3, 1e-3) },
        ["running sum of integers and bools"] = Integers(x => [x.cumsum(1), (x > 2).cumsum(0)], ScalarType.Int32),
        ["running product"] = Many(x => [x.cumprod(0), x.cumprod(-1), x.cumprod(1)]),
        ["running product of integers"] = Integers(x => [x.cumprod(1), x.cumprod(2, ScalarType.Float32)], ScalarType.Int32),
        ["running extremes, with their places"] = Integers(x => [x.cummax(1).values, x.cummax(1).indexes, x.cummin(-1).values, x.cummin(0).indexes], ScalarType.Float32),
        ["running extremes of integers"] = Integers(x => [x.cummax(2).values, x.cummin(1).values, x.cummin(1).indexes], ScalarType.Int64),
        ["running logarithm of a sum of exponentials"] = Many(x => [x.logcumsumexp(1), (x * 100).logcumsumexp(-1)]),
        ["differences"] = Many(x => [x.diff(), x.diff(1, 1), x.diff(1, 0, prepend: x, append: x), (x > 0).diff(dim: 2)]),
        ["areas"] = Many(x => [x.trapezoid(), x.trapezoid(0.5, 1), x.cumulative_trapezoid(2, 1), trapz(x, tensor([0f, 1, 3]), 1), cumulative_trapezoid(x, x * x, -1)]),
        ["of what a mask leaves"] = new(
            () => new OfTwoToMany((x, m) => [.. OfAll(x[m]), .. OfRows(x[m[TensorIndex.Colon, 0]])]),
            () => [ExportFolder.Example(2, 3), tensor(new[,] { { true, false, true }, { true, true, true } })])
        {
            Edges = () => [[ExportFolder.Example(2, 3), zeros(2, 3, dtype: ScalarType.Bool)], [ExportFolder.Example(2, 3), ones(2, 3, dtype: ScalarType.Bool)]],
        },
        ["of all rows but the first"] = Many(x => [x[1..].mean([0]), x[1..].any(), x[1..].all(1)]) with { Edges = () => [[ExportFolder.Example(1, 3, 4)]] },
        ["running extremes that begin with the limit"] = Fixed(
            x => [x.cummax(0).values, x.cummax(0).indexes, x.cummin(0).values, x.cummin(0).indexes, x.logcumsumexp(0), (-x).logcumsumexp(0)],
            tensor([3f, 1, 2, 4, 5]),
            tensor([float.NegativeInfinity, float.NegativeInfinity, 0, 1, float.PositiveInfinity]),
            tensor([float.PositiveInfinity, float.PositiveInfinity, float.NegativeInfinity, 1, 1])),
        ["running extremes of bytes that begin with the limit"] = Fixed(
            x => [x.cummax(0).values, x.cummax(0).indexes, x.cummin(0).values, x.cummin(0).indexes], tensor(new byte[] { 3, 1, 2 }), tensor(new byte[] { 0, 0, 5 }), tensor(new byte[] { 255, 255, 5 })),
        ["buckets of NaN and infinities"] = Fixed(
            x => [x.bucketize(tensor([-1f, 0, 0.5f])), x.bucketize(tensor([-1f, 0, float.PositiveInfinity]), right: true), searchsorted(tensor([-1f, 0, 0.5f]), x)],
            tensor([3f, 1, 0, 4]),
            tensor([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f])),
        ["largest k"] = Many(x => [x.topk(2).values, x.topk(2).indexes, x.topk(3, 1, largest: false).values, x.topk(1, -2).indexes]),
        ["sorted"] = Many(x => [x.sort().Values, x.sort(1, descending: true).Values, x.sort(0).Indices, x.argsort(2, true), x.msort(), sort(x, 1, stable: true).indices]),
        ["sorted with equals"] = Integers(x => [x.sort(2).Indices, x.sort(1, descending: true).Indices, x.argsort(), x.to(ScalarType.Int16).sort(2).Values], ScalarType.Int32),
        ["k-th value"] = Many(x => [x.kthvalue(2, 1).values, x.kthvalue(1, -1, keepdim: true).values, x.kthvalue(3, 2).indices]),
        ["buckets"] = Many(x => [x.bucketize(tensor([-1f, 0, 0.5f])), bucketize(x, tensor([-1f, 0, 0.5f]), outInt32: true, right: true), searchsorted(tensor([-1f, 0, 0.5f]), x), searchsorted(x.sort(2).Values, x), searchsorted(x.sort(2).Values, x, right: true)]),
        ["buckets of equals"] = Integers(x => [x.bucketize(tensor([1L, 2, 2, 4])), x.bucketize(tensor([1L, 2, 2, 4]), right: true), x.bucketize(tensor([1.5f, 2f]))], ScalarType.Int64),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Axes_of_a_tensor_without_any_are_refused()
    {
        var refused = Assert.Throws<ExportException>(() => Many(x => [x.sum().cumsum(0), x.sum().sort(0).Values, x.sum().softmax(0)]).Check(17));
        Assert.Equal(3, refused.Problems.Count);
        Assert.All(refused.Problems, p => Assert.Contains("no axes; give it one with unsqueeze(0)", p));
    }

    private static OperatorCase Many(Func<Tensor, IReadOnlyList<Tensor>> functions) => OperatorCase.OfMany(functions, 2, 3, 4);

    // Few different elements: many are equal.
    private static OperatorCase Integers(Func<Tensor, IReadOnlyList<Tensor>> functions, ScalarType type) =>
        new(() => new OfMany(functions), () => [tensor([2L, 3, 3, 1, 2, 2, 5, 5, 0, 3, 1, 2, 1, 1, 1, 5, 0, 0, 4, 4, 3, 2, 1, 0]).view(2, 3, 4).to(type)]);

    private static OperatorCase Fixed(Func<Tensor, IReadOnlyList<Tensor>> functions, Tensor example, params Tensor[] edges) =>
        new(() => new OfMany(functions), () => [example]) { Fixed = true, Edges = () => [.. edges.Select(e => (Tensor[])[e])] };

    private static Tensor[] OfAll(Tensor x) => [x.mean(), (x > 0).any(), (x > 0).all(), x.sum(), x.prod(), x.std(), x.var(unbiased: false), x.count_nonzero()];

    private static Tensor[] OfRows(Tensor x) => [x.mean([0]), (x > 0).any(0), (x > 0).all(0), x.sum(0, keepdim: true), x.prod(0), x.std(0), x.var(0, unbiased: false), x.logsumexp(0)];
}

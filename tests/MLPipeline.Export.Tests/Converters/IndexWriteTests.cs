using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Writing by index expressions.</summary>
public class IndexWriteTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["a number to a column"] = Written(x => x[.., 0] = tensor(7f), 2, 3),
        ["one row by a number"] = Written(x => x[0] = x[0] * 2, 2, 3),
        ["numbers up to six"] = Written(x => { x[0, 1] = x[0, 0] + 1; x[0, -1, 0] = x[0, 1, 1]; x[0, 1, 2, 0] = x[0, 0, 0, 0]; x[0, 0, 0, 0, 0] = x[0, 1, 1, 0, 0]; x[0, 1, 1, 0, 0, 1] = tensor(3f); }, 2, 2, 3, 2, 1, 2),
        ["the last of all axes"] = Written(x => x[TensorIndex.Ellipsis, -1] = x[TensorIndex.Ellipsis, 0], 2, 3, 4),
        ["a slice"] = Written(x => x[.., 1..3] = x[.., ..2] - 1, 2, 5),
        ["slices of two axes"] = Written(x => x[.., ..2, ^2..] = tensor(0f), 2, 3, 4),
        ["every second"] = Written(x => x[.., TensorIndex.Slice(1, null, 2)] = zeros(3), 2, 6),
        ["everything"] = Written(x => x[TensorIndex.Ellipsis] = tensor(2f), 2, 3),
        ["all rows but the first"] = Written(x => x[1..] = x[..^1] * 2, 2, 3),
        ["the last row"] = Written(x => x[x.shape[0] - 1] = ones(3), 2, 3),
        ["an empty slice"] = Written(x => x[.., 2..1] = tensor(2f), 2, 3),
        ["new axes"] = Written(x => x[.., TensorIndex.None, 1] = x[.., 0].unsqueeze(1), 2, 3),
        ["a value with leading ones"] = Written(x => x[.., 1] = ones(1, 1, 1), 2, 3),
        ["a value that stretches"] = Written(x => x[.., 1..] = x[.., 0].unsqueeze(1), 2, 4),
        ["integers to floats"] = Written(x => x[.., 1] = tensor(3L), 2, 3),
        ["floats to integers"] = OperatorCase.Typed(ScalarType.Int64, x => { var y = x.clone(); y[.., 1] = tensor(2.7f); return y; }, 2, 3),
        ["truth values"] = OperatorCase.Typed(ScalarType.Bool, x => { var y = x.clone(); y[.., 1] = y[.., 0]; return y; }, 2, 3),
        ["into zeros"] = OperatorCase.Of(x => { var y = zeros(3, 3); y[1] = x.mean([0]); return y + x.mean(); }, 2, 3),
        ["places"] = OperatorCase.Indexed((x, i) => With(x, y => y[.., At(i)] = ones(2)), [2, 4, 2], [3], high: 4),
        ["places of two axes, in order"] = OperatorCase.Of(x => With(x, y => y[.., At(tensor(new long[] { 2, 0 })), At(tensor(new long[] { -1, 1 }))] = y[.., ..2, 0]), 2, 3, 3),
        ["places of two axes, apart"] = OperatorCase.Of(x => With(x, y => y[.., At(tensor(new long[] { 2, 0 })), .., At(tensor(new long[] { -1, 1 }))] = tensor(5f)), 2, 3, 2, 3),
        ["places of a slice"] = OperatorCase.Of(x => With(x, y => y[.., 1..3, At(tensor(new long[] { 2, 0 }))] = tensor(5f)), 2, 4, 3),
        ["a place without axes"] = OperatorCase.Of(x => With(x, y => y[.., At(tensor(1L))] = y[.., 0]), 2, 3, 2),
        ["a number where a mask holds"] = OperatorCase.Masked((x, m) => With(x, y => y[m] = tensor(-1f)), [2, 3, 2], [2, 3, 2]),
        ["a row of numbers where a mask holds"] = OperatorCase.Masked((x, m) => With(x, y => y[m] = y[0] * 2), [4, 3], [4]),
        ["a mask of two axes, then one"] = OperatorCase.Masked((x, m) => With(x, y => y[m] = y[0, 0] * 2), [2, 3, 4], [2, 3]),
        ["a mask of two axes behind one"] = OperatorCase.Masked((x, m) => With(x, y => y[.., At(m[0])] = y[.., 0, ..1] * 2), [2, 3, 4], [2, 3, 4]),
        ["as many numbers as a mask holds"] = OperatorCase.Masked((x, m) => With(x, y => y[m] = x[m] * 2), [2, 3], [2, 3]),
        ["a mask of truth values"] = OperatorCase.Typed(ScalarType.Bool, x => { var y = x.clone(); y[x] = tensor(false); return y; }, 2, 3),
        ["a mask of 16-bit integers"] = OperatorCase.Typed(ScalarType.Int16, x => { var y = x.clone(); y[tensor(new[] { true, false, true }).expand(x.shape[0], 3)] = tensor(9); return y; }, 2, 3),
        ["a constant mask with a value for each place"] = Written(x => x[.., At(tensor(new[] { true, false, true }))] = x[.., 1..] * 2, 2, 3),
        ["index_put_ with a number"] = Written(x => x.index_put_(2.5, TensorIndex.Colon, TensorIndex.Single(1)), 2, 3),
        ["index_put_ with a tensor"] = Written(x => x.index_put_(tensor(4f), [tensor(new long[] { 0, 0 }), tensor(new long[] { 1, 2 })]), 2, 3),
        ["index_put_ that adds up"] = Written(x => x.index_put_(ones(4), [tensor(new long[] { 0, 0, 0, 0 }), tensor(new long[] { 1, 2, 1, 1 })], accumulate: true), 2, 3) with { Since = 16 },
        ["index_put_ that adds up thousands"] = Written(
            x => x.index_put_(x[0, 0].clone().expand(6000), [zeros(6000, dtype: ScalarType.Int64), arange(6000).remainder(3)], accumulate: true), 2, 3) with
        {
            Since = 16,
            Tolerance = new Tolerance(1e-3, 1e-3),
        },
        ["index_put_ that adds rows, from the end"] = Written(
            x => x.index_put_(ones(3, 4), [tensor(new long[] { -1, 0, -1 })], accumulate: true), 2, 4) with
        { Since = 16 },
        ["index_put_ that adds at two of three axes"] = OperatorCase.Of(
            x => With(x.transpose(0, 2), y => y.index_put_(x[0, 0, 0] + arange(6).view(2, 3, 1), [tensor(new long[,] { { 0, -1, 0 }, { 0, 0, 0 } }), tensor(new long[] { -1, 1, 2 })], accumulate: true)), 2, 3, 4) with
        { Since = 16 },
        ["places counted from either end of any length"] = OperatorCase.Of(
            x => With(x, y => { y[.., 2] = y[.., 0]; y[.., -2] = y[.., 1] * 2; y.select(1, 0).add_(1); y[.., -1].mul_(3); }), 2, 5, 3) with
        {
            Axes = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [0] = "batch", [1] = "length" } },
            Edges = () => [.. new long[] { 3, 4, 9 }.Select(n => (Tensor[])[ExportFolder.Example(2, n, 3)])],
        },
        ["a million rows added to one"] = OperatorCase.Indexed(
            (x, i) => With(x, y => y.index_put_((i * 2 + 1).@float().unsqueeze(1), [i.remainder(1)], accumulate: true)), [4, 3], [6], high: 4) with
        {
            Since = 16,
            Edges = () => [.. Enumerable.Range(0, 3).Select(_ => (Tensor[])[zeros(4, 3), zeros(1_000_000, dtype: ScalarType.Int64)])],
        },
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Write_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    private static OperatorCase Written(Action<Tensor> write, params long[] shape) => OperatorCase.Of(x => With(x, write), shape);

    private static Tensor With(Tensor x, Action<Tensor> write)
    {
        var copy = x.clone();
        write(copy);
        return copy;
    }

    private static TensorIndex At(Tensor places) => TensorIndex.Tensor(places);
}

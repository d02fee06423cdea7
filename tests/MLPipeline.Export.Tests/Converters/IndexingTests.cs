using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Reading by index expressions.</summary>
public class IndexingTests
{
    private static readonly Tensor Rows = tensor(new long[] { 2, 0, -1, 2 }).DetachFromDisposeScope();

    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["one row"] = OperatorCase.Of(x => x[0], 2, 3),
        ["one element by two numbers"] = OperatorCase.Of(x => x[.., 1][.., -1], 2, 3, 4),
        ["numbers up to six"] = OperatorCase.OfMany(x => [x[0, 1], x[0, -1, 2], x[0, 0, 0, 1], x[0, 0, 0, 1, 0], x[0, 0, 0, 1, 0, 1]], 2, 2, 3, 2, 1, 2),
        ["an array of numbers"] = OperatorCase.Of(x => x[(long[])[0, 1, 2, 0, 0, 1, 1]], 1, 2, 3, 1, 1, 2, 2),
        ["ranges"] = OperatorCase.OfMany(x => [x[.., 1..3], x[.., ..^1], x[.., ^2..], cat([x, x[.., 4..2]], 1), x[.., 1..100]], 2, 5),
        ["every second"] = OperatorCase.Of(x => x[TensorIndex.Colon, TensorIndex.Slice(1, null, 2)], 2, 6),
        ["ellipsis, then the last"] = OperatorCase.Of(x => x[TensorIndex.Ellipsis, -1], 2, 3, 4),
        ["ellipsis in the middle"] = OperatorCase.Of(x => x[.., TensorIndex.Ellipsis, 1..2], 2, 3, 4),
        ["new axes"] = OperatorCase.Of(x => x[TensorIndex.None, .., 1, TensorIndex.Null, 0..2], 2, 3, 4),
        ["all as it is"] = OperatorCase.Of(x => x[TensorIndex.Ellipsis], 2, 3),
        ["number, slice, new axis, number"] = OperatorCase.Of(x => x[.., 2, TensorIndex.None, 1.., 0], 2, 3, 4, 5),
        ["all but the first row"] = OperatorCase.Of(x => cat([x[1..], x[..1]]), 2, 3),
        ["the last row by the batch"] = OperatorCase.Of(x => x + x[x.shape[0] - 1], 2, 3),
        ["half of twice the batch"] = OperatorCase.Of(x => cat([x, x])[TensorIndex.Slice(x.shape[0], 2 * x.shape[0])], 2, 3),
        ["truth values"] = OperatorCase.Typed(ScalarType.Bool, x => x[.., 1..3], 2, 4),
        ["one tensor of places"] = OperatorCase.Of(x => x[.., At(Rows)], 2, 3, 4),
        ["places of the batch"] = OperatorCase.Indexed((x, i) => x[i], [2, 3], [4], high: 1, low: -1),
        ["places of several axes"] = OperatorCase.Indexed((x, i) => x[.., At(i)], [2, 4, 3], [2, 5], high: 4, low: -4),
        ["a table of places of the only axis"] = OperatorCase.Indexed((x, i) => x[i], [4], [2, 3], high: 4) with { Fixed = true },
        ["neighbours"] = OperatorCase.Indexed((x, i) => x[.., At(i), At(i)], [2, 4, 4, 2], [3], high: 4),
        ["neighbours that stretch"] = OperatorCase.Indexed((x, i) => x[.., At(i.unsqueeze(1)), At(Rows)], [2, 4, 3, 2], [3], high: 4),
        ["apart: in front"] = OperatorCase.Indexed((x, i) => x[At(i), .., At(i)], [3, 4, 4], [3], high: 3) with { Fixed = true },
        ["apart by a new axis"] = OperatorCase.Indexed((x, i) => x[.., At(i), TensorIndex.None, At(i)], [2, 4, 4], [3], high: 4),
        ["beside a number"] = OperatorCase.Indexed((x, i) => x[.., 1, At(i)], [2, 3, 4], [5], high: 4),
        ["beside a number, apart in NumPy"] = OperatorCase.Indexed((x, i) => x[1, .., At(i)], [2, 3, 4], [5], high: 4) with { Fixed = true },
        ["slices, then places"] = OperatorCase.Indexed((x, i) => x[.., 1..3, At(i), ^2..], [2, 4, 4, 5], [3], high: 4),
        ["all axes by places"] = OperatorCase.Indexed((x, i) => x[i, i], [4, 4], [3], high: 4) with { Fixed = true },
        ["a place without axes"] = OperatorCase.Of(x => x[.., At(Rows[0])], 2, 3, 4),
        ["32-bit places"] = OperatorCase.Of(x => x[.., At(tensor(new[] { 1, 0 }))], 2, 3),
        ["tensors by index()"] = OperatorCase.Of(x => x.index(TensorIndex.Colon, TensorIndex.Tensor(Rows)), 2, 3),
        ["a constant mask"] = OperatorCase.Of(x => x[.., At(tensor(new[] { true, false, true }))], 2, 3, 2),
        ["a constant mask of two axes"] = OperatorCase.Of(x => x[.., At(tensor(new[,] { { true, false }, { true, true }, { false, true } }))], 2, 3, 2),
        ["a mask of one row for all"] = OperatorCase.Masked((x, m) => cat([x[.., At(m[0])], x], 1), [2, 3, 4], [2, 3]),
        ["a mask of two axes"] = OperatorCase.Masked((x, m) => x[m], [2, 3, 4], [2, 3]),
        // In every trace the mask holds at all places, so that the shape looks as fixed as any.
        ["a shape that data decides"] = new(
            () => new OfTwo((x, m) => x[.., At(m[0])].roll(1, 1)),
            () => [ExportFolder.Example(2, 3, 2), ones(2, 3, dtype: ScalarType.Bool)])
        {
            Edges = () => [[ExportFolder.Example(2, 3, 2), tensor(new[,] { { true, false, true }, { true, true, true } })]],
        },
        ["no places"] = OperatorCase.Of(x => cat([x, x[.., At(zeros(0, dtype: ScalarType.Int64))]], 1), 2, 3),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Index_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Index_after_a_mask_of_two_axes_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x[ones(2, 3, dtype: ScalarType.Bool), 0]);
        var options = new OnnxExportOptions { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>() };
        Assert.Contains("index in two steps", Assert.Throws<ExportException>(() => folder.Export(module, [ExportFolder.Example(2, 3, 4)], options)).Message);
    }

    [Fact]
    public void Step_of_a_symbolic_length_is_refused()
    {
        var refused = Assert.Throws<ExportException>(() => OperatorCase.Of(x => x[TensorIndex.Slice(0, null, x.shape[0])], 2, 3).Check(17));
        Assert.Contains("the step of a slice depends on a symbolic length", refused.Message);
    }

    private static TensorIndex At(Tensor places) => TensorIndex.Tensor(places);
}

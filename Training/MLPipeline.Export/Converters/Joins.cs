using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that make one tensor of several.</summary>
internal static class Joins
{
    [Converts("torch.cat", "torch.concat", "torch.concatenate")]
    internal static string Concat(ConversionContext c)
    {
        var axis = ConversionContext.Axis(c.Int(c.Has("axis") ? "axis" : "dim", 0), c.Results[0].Shape.Length);
        // PyTorch skips vectors without elements, whatever the other tensors' rank.
        var joined = Operands(c).Where(o => o.Value.Shape is not [0] || c.Results[0].Shape.Length == 1);
        return c.Op("Concat", joined.Select(o => o.Name), ("axis", axis));
    }

    [Converts("torch.stack")]
    internal static string Stack(ConversionContext c)
    {
        var axis = ConversionContext.Axis(c.Int("dim", 0), c.Results[0].Shape.Length);
        return c.Op("Concat", Operands(c).Select(o => c.Unsqueeze(o.Name, axis)), ("axis", axis));
    }

    [Converts("torch.hstack")]
    internal static string JoinColumns(ConversionContext c) => Joined(c, rank: 1, c.Results[0].Shape.Length == 1 ? 0 : 1);

    [Converts("torch.vstack", "torch.row_stack")]
    internal static string JoinRows(ConversionContext c) => Joined(c, rank: 2, axis: 0);

    [Converts("torch.dstack")]
    internal static string JoinDepth(ConversionContext c) => Joined(c, rank: 3, axis: 2);

    [Converts("torch.column_stack")]
    internal static string StackColumns(ConversionContext c) =>
        c.Op("Concat", Operands(c).Select(o => o.Value.Shape.Length < 2 ? c.Op("Reshape", [o.Name, c.Vector(-1, 1)]) : o.Name), ("axis", 1L));

    [Converts("torch.block_diag")]
    internal static string BlockDiagonal(ConversionContext c)
    {
        long[] widths = [.. Operands(c).Select(o => WidthOf(o.Value))];
        var rows = new List<string>();
        var left = 0L;
        foreach (var (operand, width) in Operands(c).Zip(widths))
        {
            var height = operand.Value.Shape.Length < 2 ? 1 : Fixed(operand.Value, 0);
            var block = operand.Value.Shape.Length < 2 ? c.Op("Reshape", [operand.Name, c.Vector(1, width)]) : operand.Name;
            List<string> parts = [Zeros(c, height, left), block, Zeros(c, height, widths.Sum() - left - width)];
            rows.Add(c.Op("Concat", parts, ("axis", 1L)));
            left += width;
        }

        return c.Op("Concat", rows, ("axis", 0L));
    }

    [Converts("torch.meshgrid")]
    internal static IReadOnlyList<string> Grid(ConversionContext c)
    {
        var tensors = Operands(c);
        // "xy" swaps the first two axes of every grid.
        var swapped = c.Literal("indexing") is "xy" && tensors.Count > 1;
        return [.. tensors.Select((t, i) => Spread(c, t.Name, swapped && i < 2 ? 1 - i : i, c.ResultShape()))];
    }

    [Converts("torch.cartesian_prod")]
    internal static string Product(ConversionContext c)
    {
        var tensors = Operands(c);
        if (tensors.Count == 1)
            return c.Op("Identity", [tensors[0].Name]);
        IReadOnlyList<SymbolicNumber> grid = [.. tensors.Select(t => t.Value.Dims![0])];
        var columns = tensors.Select((t, i) => c.Op("Reshape", [Spread(c, t.Name, i, grid), c.Vector(-1, 1)]));
        return c.Op("Concat", columns, ("axis", 1L));
    }

    [Converts("torch.combinations")]
    internal static string Combinations(ConversionContext c)
    {
        var (size, again) = ((int)c.Int("r", 2), c.Bool("with_replacement"));
        var picks = Choose(c.Length("input", 0), size, again).ToList();
        return c.Op("Gather", [c.Tensor("input"), c.Table([.. picks.SelectMany(p => p)], picks.Count, size)], ("axis", 0L));
    }

    private static IEnumerable<long[]> Choose(long n, int size, bool again, long from = 0)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }

        for (var first = from; first < n; first++)
        {
            foreach (var rest in Choose(n, size - 1, again, again ? first : first + 1))
                yield return [first, .. rest];
        }
    }

    // The tensors in the result's type.
    private static List<(string Name, TracedValue Value)> Operands(ConversionContext c)
    {
        var values = c.Items(c.FirstOf("tensors")).Select(t => ((Argument.TensorValue)t).Value);
        return [.. c.Tensors("tensors").Zip(values, (name, value) => (c.Cast(name, value.Type, c.ResultType), value))];
    }

    // As atleast_1d, 2d and 3d: a vector is a row, and a matrix has depth 1.
    private static string Joined(ConversionContext c, int rank, long axis) => c.Op(
        "Concat",
        Operands(c).Select(o => (rank, o.Value.Shape.Length) switch
        {
            (1, 0) => c.Unsqueeze(o.Name, 0),
            (2, 0) => c.Unsqueeze(o.Name, 0, 1),
            (2, 1) => c.Unsqueeze(o.Name, 0),
            (3, 0) => c.Unsqueeze(o.Name, 0, 1, 2),
            (3, 1) => c.Unsqueeze(o.Name, 0, 2),
            (3, 2) => c.Unsqueeze(o.Name, 2),
            _ => o.Name,
        }),
        ("axis", axis));

    private static string Spread(ConversionContext c, string name, int axis, IReadOnlyList<SymbolicNumber> shape)
    {
        long[] flat = [.. shape.Select((_, i) => i == axis ? -1L : 1)];
        return c.Expand(c.Op("Reshape", [name, c.Vector(flat)]), shape);
    }

    private static long WidthOf(TracedValue value) => value.Shape.Length == 0 ? 1 : Fixed(value, value.Shape.Length - 1);

    private static long Fixed(TracedValue value, int axis) => value.Dims![axis] is { IsConstant: true } length
        ? (long)length.Constant
        : throw new ConversionException("a block has a symbolic length, and the zeros beside it would too; export with that axis fixed");

    private static string Zeros(ConversionContext c, long height, long width) =>
        c.Cast(c.Constant(TensorData.FromFloats(new float[height * width], height, width)), ScalarType.Float32, c.ResultType);
}

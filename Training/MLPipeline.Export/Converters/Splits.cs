using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that take parts of a tensor along an axis.</summary>
internal static class Splits
{
    [Converts("Tensor.split", "Tensor.chunk", "Tensor.tensor_split")]
    internal static IReadOnlyList<string> Along(ConversionContext c) => Parts(c, c.AxisOf("dim", fallback: 0));

    [Converts("Tensor.vsplit")]
    internal static IReadOnlyList<string> Rows(ConversionContext c) => Parts(c, 0);

    [Converts("Tensor.hsplit")]
    internal static IReadOnlyList<string> Columns(ConversionContext c) => Parts(c, c.Rank("self") == 1 ? 0 : 1);

    [Converts("Tensor.dsplit")]
    internal static IReadOnlyList<string> Depth(ConversionContext c) => Parts(c, 2);

    [Converts("Tensor.unbind")]
    internal static IReadOnlyList<string> Unbind(ConversionContext c)
    {
        var axis = c.AxisOf("dimension", fallback: 0);
        return [.. Enumerable.Range(0, c.Results.Count).Select(i => c.Take(c.Tensor("self"), axis, new SymbolicNumber(i)))];
    }

    [Converts("Tensor.select")]
    internal static string Select(ConversionContext c) => c.Take(c.Tensor("self"), c.AxisOf("dim"), c.Lengths("index")[0]);

    [Converts("Tensor.narrow")]
    internal static string Narrow(ConversionContext c)
    {
        var (start, length) = (c.Lengths("start")[0], c.Lengths("length")[0]);
        var end = start.Plus(length);
        // A start counted from the end: an end of 0 would be the front.
        return c.Slice(c.Tensor("self"), c.AxisOf("dim"), start, end.Is(0) && start.Seen[0] < 0 ? null : end);
    }

    [Converts("Tensor.slice")]
    internal static string Slice(ConversionContext c) =>
        c.Slice(c.Tensor("self"), c.AxisOf("dim"), c.Lengths("start")[0], c.Lengths("finish")[0], c.Int("step"));

    // Windows along one axis: their places stay where the axis was, their elements go to a new last axis.
    [Converts("Tensor.unfold")]
    internal static string Windows(ConversionContext c)
    {
        var (size, step, rank) = (c.Int("size"), c.Int("step"), c.Rank("self"));
        if (rank == 0)
            return c.Unsqueeze(c.Tensor("self"), 0);
        var axis = c.AxisOf("dimension");
        var count = ((c.Length("self", axis) - size) / step) + 1;
        long[] places = [.. from window in Enumerable.Range(0, (int)count) from i in Enumerable.Range(0, (int)size) select (window * step) + i];
        var windows = c.Op("Gather", [c.Tensor("self"), c.Table(places, count, size)], ("axis", (long)axis));
        var order = ShapeBlocks.AxesInOrder(rank + 1);
        order.RemoveAt(axis + 1);
        return c.Transpose(windows, [.. order, axis + 1]);
    }

    // The parts' lengths are known from the results.
    private static List<string> Parts(ConversionContext c, int axis)
    {
        var indices = c.Has("indices") && c.Argument("indices") is Argument.TensorValue { Value: { DependsOnInput: true } };
        if (indices)
            throw new ConversionException("where to split depends on data; split at fixed places");
        RefuseFixedPlaces(c, axis);
        if (c.Results.Count == 1)
            return [c.Op("Identity", [c.Tensor("self")])];
        IReadOnlyList<SymbolicNumber> lengths = [.. Enumerable.Range(0, c.Results.Count).Select(i => c.ResultShape(i)[axis])];
        return [.. c.Ops("Split", [c.Tensor("self"), c.ShapeVector(lengths)], c.Results.Count, ("axis", (long)axis))];
    }

    private static IEnumerable<double> FixedPlaces(ConversionContext c) => (c.Argument("sizes") ?? c.Argument("indices")) switch
    {
        Argument.Sequence places => places.Items.OfType<Argument.Integer>().Where(i => i.Value.IsConstant).Select(i => i.Value.Constant),
        Argument.TensorValue { Value.Content: { } places } => places.Numbers() ?? [],
        _ => [],
    };

    // As many parts, or as many of them with elements, as there were where the module was traced: more on a longer axis.
    private static void RefuseFixedPlaces(ConversionContext c, int axis)
    {
        var length = c.Shape("self")[axis];
        if (length.IsConstant)
            return;
        if (c.Key == "Tensor.split" && c.Argument("size") is Argument.Integer { Value: { IsConstant: true } size })
            throw new ConversionException($"a symbolic axis is split in parts of {size}, so that the number of parts depends on its length; take the first with narrow or a slice, or fix the axis");
        if (c.Key != "Tensor.split" && FixedPlaces(c).Cast<double?>().FirstOrDefault(place => length.Seen.Any(l => Math.Abs(place!.Value) > l)) is { } place)
            throw new ConversionException($"a symbolic axis is split at {place}, which lies beyond its end where it was traced; split it where the module can't be shorter");
    }
}

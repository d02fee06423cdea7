using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that repeat elements.</summary>
internal static class Repeats
{
    [Converts("Tensor.repeat", "Tensor.tile")]
    internal static string Tile(ConversionContext c)
    {
        var times = c.Lengths(c.FirstOf("sizes", "reps")).ToList();
        var rank = c.Rank("self");
        // tile may name fewer axes than there are; repeat may name more.
        times.InsertRange(0, Enumerable.Repeat(new SymbolicNumber(1), Math.Max(0, rank - times.Count)));
        var name = c.Unsqueeze(c.Tensor("self"), [.. ShapeBlocks.AxesInOrder(times.Count - rank)]);
        return times.Count == 0 ? c.Op("Identity", [name]) : c.Op("Tile", [name, c.ShapeVector(times)]);
    }

    [Converts("Tensor.repeat_interleave")]
    internal static string Interleave(ConversionContext c)
    {
        var name = c.Tensor("self");
        var flat = !c.Has("dim");
        if (flat)
            name = c.Op("Reshape", [name, c.Vector(-1)]);
        var axis = flat ? 0 : c.AxisOf("dim");
        if (c.Argument("repeats") is Argument.TensorValue)
            return c.Pick(name, axis, Places(c));
        var times = c.Lengths("repeats")[0];
        IReadOnlyList<SymbolicNumber> shape = flat ? [ShapeBlocks.Product(c.Shape("self"))] : c.Shape("self");
        var spread = c.Expand(c.Unsqueeze(name, axis + 1), [.. shape.Take(axis + 1), times, .. shape.Skip(axis + 1)]);
        return c.ReshapeToResult(spread);
    }

    // Which element each place of the result shows.
    private static IEnumerable<long> Places(ConversionContext c)
    {
        var repeats = c.Value("repeats");
        if (repeats.Content is not { } content || repeats.DependsOnInput)
            throw new ConversionException("how often elements repeat depends on data, and so would the result's shape; repeat a fixed number of times");
        var times = content.Integers();
        var count = times.Length != 1 ? times.Length : c.Has("dim") ? c.Length("self", c.Int("dim"))
            : ShapeBlocks.Product(c.Shape("self")) is { IsConstant: true } all ? (long)all.Constant
            : throw new ConversionException("how many elements there are depends on a symbolic length; give the repeats as a number");
        return Enumerable.Range(0, (int)count).SelectMany(i => Enumerable.Repeat((long)i, (int)times[times.Length == 1 ? 0 : i]));
    }
}

using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that put elements at a tensor of places. Where places repeat, the last one in order stays, or all add up.</summary>
internal static class Scatters
{
    [Converts("Tensor.scatter")]
    internal static string Scatter(ConversionContext c) => Elements(c, c.AxisOf("dim"), c.Places("index"), Source(c), adds: false);

    [Converts("Tensor.scatter_add")]
    internal static string ScatterAdd(ConversionContext c) => Elements(c, c.AxisOf("dim"), c.Places("index"), Source(c), adds: true);

    [Converts("Tensor.index_copy")]
    internal static string IndexCopy(ConversionContext c) => Slices(c, c.Cast(c.Tensor("source"), c.Value("source").Type, c.ResultType), adds: false);

    [Converts("Tensor.index_add")]
    internal static string IndexAdd(ConversionContext c)
    {
        var source = c.Term("source").To(c.ResultType);
        return Slices(c, c.Number("alpha", 1) == 1 ? source.Name : (source * c.Term("alpha", c.ResultType)).Name, adds: true);
    }

    [Converts("Tensor.index_fill")]
    internal static string IndexFill(ConversionContext c)
    {
        var axis = c.AxisOf("dim");
        var shape = c.Shape("self").ToList();
        shape[axis] = c.Rank("index") == 0 ? new SymbolicNumber(1) : c.Shape("index")[0];
        return Elements(c, axis, Spread(c, axis, shape), c.Expand(c.ValueOf("value").Name, shape), adds: false);
    }

    [Converts("Tensor.select_scatter")]
    internal static string SelectScatter(ConversionContext c)
    {
        var axis = c.AxisOf("dim");
        return Written(c, axis, AxisRegion.OfSingle(c.Shape("self")[axis], c.Lengths("index")[0]), c.Unsqueeze(c.Term("src").To(c.ResultType).Name, axis));
    }

    [Converts("Tensor.slice_scatter")]
    internal static string SliceScatter(ConversionContext c)
    {
        var axis = c.AxisOf("dim", fallback: 0);
        var region = AxisRegion.OfSlice(
            c.Shape("self")[axis], c.Has("start") ? c.Lengths("start")[0] : null, c.Has("end") ? c.Lengths("end")[0] : null, c.Int("step", 1));
        return Written(c, axis, region, c.Term("src").To(c.ResultType).Name);
    }

    private static string Written(ConversionContext c, int axis, AxisRegion region, string part)
    {
        var written = region.Write(c, c.Tensor("self"), axis, c.Shape("self")[axis], part);
        return written == part ? c.Op("Identity", [part]) : written;
    }

    // The source may be longer than the places; what is left over is not used.
    private static string Source(ConversionContext c)
    {
        var source = c.Cast(c.Tensor("src"), c.Value("src").Type, c.ResultType);
        var (own, places) = (c.Shape("src"), c.Shape("index"));
        for (var axis = 0; axis < places.Count; axis++)
        {
            if (!own[axis].Equals(places[axis]))
                source = c.Slice(source, axis, new SymbolicNumber(0), places[axis]);
        }

        return source;
    }

    // Whole slices at the places of one axis.
    private static string Slices(ConversionContext c, string source, bool adds)
    {
        var axis = c.AxisOf("dim");
        return Elements(c, axis, Spread(c, axis, c.Shape("source")), source, adds);
    }

    private static string Spread(ConversionContext c, int axis, IReadOnlyList<SymbolicNumber> shape)
    {
        long[] alongAxis = [.. shape.Select((_, i) => i == axis ? -1L : 1)];
        return c.Expand(c.Op("Reshape", [c.Places("index"), c.Vector(alongAxis)]), shape);
    }

    private static string Elements(ConversionContext c, int axis, string places, string source, bool adds)
    {
        if (adds && c.Opset < 16)
            throw new ConversionException("adding up what falls on the same place needs opset 16");
        if (c.Rank("self") == 0)
            throw new ConversionException("a tensor without axes has no places to write to");
        return adds
            ? c.Op("ScatterElements", [c.Tensor("self"), places, source], ("axis", (long)axis), ("reduction", "add"))
            : c.Op("ScatterElements", [c.Tensor("self"), places, source], ("axis", (long)axis));
    }
}

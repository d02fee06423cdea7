using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that take elements by a tensor of places.</summary>
internal static class Gathers
{
    [Converts("Tensor.gather")]
    internal static string Gather(ConversionContext c) => c.Rank("self") == 0 || c.Rank("index") == 0
        ? c.ReshapeToResult(c.Op("GatherElements", [Row(c, "self"), c.Cast(Row(c, "index"), c.Value("index").Type, ScalarType.Int64)], ("axis", 0L)))
        : c.Op("GatherElements", [c.Tensor("self"), c.Places("index")], ("axis", (long)c.AxisOf("dim")));

    [Converts("Tensor.index_select")]
    internal static string Select(ConversionContext c)
    {
        if (c.Rank("self") == 0)
            return c.Op("Identity", [c.Tensor("self")]);
        var places = c.Rank("index") == 0 ? c.Unsqueeze(c.Places("index"), 0) : c.Places("index");
        return c.Op("Gather", [c.Tensor("self"), places], ("axis", (long)c.AxisOf("dim")));
    }

    [Converts("Tensor.take")]
    internal static string Take(ConversionContext c) => c.Op("Gather", [Row(c, "self"), c.Places("index")], ("axis", 0L));

    [Converts("Tensor.take_along_dim")]
    internal static string TakeAlong(ConversionContext c)
    {
        if (!c.Has("dim"))
            return c.Op("Gather", [Row(c, "self"), c.Op("Reshape", [c.Places("indices"), c.Vector(-1)])], ("axis", 0L));
        var axis = c.AxisOf("dim");
        // All other axes stretch to each other.
        var (own, places) = (c.Shape("self"), c.Shape("indices"));
        return c.Op("GatherElements", [Stretched(c, c.Tensor("self"), own, places, axis), Stretched(c, c.Places("indices"), places, own, axis)], ("axis", (long)axis));
    }

    private static string Row(ConversionContext c, string parameter) => c.Op("Reshape", [c.Tensor(parameter), c.Vector(-1)]);

    private static string Stretched(ConversionContext c, string name, IReadOnlyList<SymbolicNumber> shape, IReadOnlyList<SymbolicNumber> other, int axis)
    {
        List<SymbolicNumber> common = [.. Broadcasting.Of([shape, other]).Select(l => l!)];
        common[axis] = shape[axis];
        return ExpandTo(c, name, shape, common);
    }

    private static string ExpandTo(ConversionContext c, string name, IReadOnlyList<SymbolicNumber> from, IReadOnlyList<SymbolicNumber> to) =>
        from.SequenceEqual(to) ? name : c.Expand(name, to);
}

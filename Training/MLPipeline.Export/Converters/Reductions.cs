namespace MLPipeline.Export.Converters;

/// <summary>Reductions over axes.</summary>
internal static class Reductions
{
    [Converts("Tensor.mean")]
    internal static string Mean(ConversionContext c)
    {
        var input = c.Cast(c.Tensor("self"), c.Value("self").Type, c.ResultType);
        if (!c.Has("dimensions"))
            return c.Op("ReduceMean", [input], ("keepdims", 0L));
        var keep = c.Bool("keepdim") ? 1L : 0L;
        // Axes moved from an attribute to an input in opset 18.
        return c.Opset >= 18
            ? c.Op("ReduceMean", [input, c.Vector(c.Ints("dimensions"))], ("keepdims", keep))
            : c.Op("ReduceMean", [input], ("axes", c.Ints("dimensions")), ("keepdims", keep));
    }
}

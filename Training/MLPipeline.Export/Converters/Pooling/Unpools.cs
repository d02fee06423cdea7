using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Pooling;

/// <summary>Puts what a max pool kept back to where it was, among zeros.</summary>
internal static class Unpools
{
    [Converts("functional.max_unpool1d", "functional.max_unpool2d", "functional.max_unpool3d")]
    internal static string MaxUnpool(ConversionContext c)
    {
        var shape = c.ResultShape();
        var leading = shape.Count - c.Spatial();
        var places = ShapeBlocks.Product(shape.Skip(leading));
        // Indices count within a channel: its elements in one row.
        IReadOnlyList<SymbolicNumber> rows = [.. shape.Take(leading), places];
        var zeros = c.Op("Expand", [c.Scalar(0, c.ResultType), c.ShapeVector(rows)]);
        var filled = c.Op("ScatterElements", [zeros, Row(c, "indices", leading), Row(c, "input", leading)], ("axis", (long)leading));
        return c.Reshape(filled, shape);
    }

    private static string Row(ConversionContext c, string parameter, int leading)
    {
        var name = parameter == "indices" ? c.Cast(c.Tensor(parameter), c.Value(parameter).Type, ScalarType.Int64) : c.Tensor(parameter);
        return c.Op("Reshape", [name, c.Vector([.. Enumerable.Repeat(0L, leading), -1])]);
    }
}

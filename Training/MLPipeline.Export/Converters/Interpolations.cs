using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Resizing images and the like: axes 0 and 1 stay, the others change.</summary>
internal static class Interpolations
{
    [Converts("functional.interpolate")]
    internal static string Interpolate(ConversionContext c)
    {
        var scaling = new Scaling(c, "x", c.Has("size"), c.Bool("recompute_scale_factor") ? null : Factors(c, "scale_factor"));
        var corners = c.Bool("align_corners");
        if (c.Bool("antialias") && c.Literal("mode") is InterpolationMode.Bilinear or InterpolationMode.Bicubic)
            return Antialiased(c, scaling, corners);
        return c.Literal("mode") switch
        {
            InterpolationMode.Nearest or null => scaling.Nearest(offset: 0),
            InterpolationMode.NearestExact => scaling.Nearest(offset: 0.5f),
            InterpolationMode.Area => Area(c, scaling),
            InterpolationMode.Bicubic => scaling.Resize([("mode", "cubic"), ("cubic_coeff_a", -0.75f), Coordinates(corners)]),
            _ => scaling.Resize([("mode", "linear"), Coordinates(corners)]),
        };
    }

    [Converts("functional.upsample_nearest1d", "functional.upsample_nearest2d", "functional.upsample_nearest3d")]
    internal static string Nearest(ConversionContext c)
    {
        var (size, factors) = c.Key.EndsWith("1d", StringComparison.Ordinal) ? ("outputSize", "scaleFactor") : ("outputSizes", "scaleFactors");
        return new Scaling(c, "input", c.Has(size), Factors(c, factors)).Nearest(offset: 0);
    }

    private static (string, AttributeValue) Coordinates(bool corners) =>
        ("coordinate_transformation_mode", corners ? "align_corners" : "half_pixel");

    private static double[]? Factors(ConversionContext c, string parameter) => c.Has(parameter)
        ? [.. c.Items(parameter).Select(f => f switch
        {
            Argument.Number { Value.IsConstant: true } n => n.Value.Constant,
            Argument.Integer { Value.IsConstant: true } i => i.Value.Constant,
            _ => throw new ConversionException($"'{parameter}' depends on a symbolic length; give the size instead"),
        })]
        : null;

    private static string Antialiased(ConversionContext c, Scaling scaling, bool corners)
    {
        if (c.Opset < 18)
            throw new ConversionException("antialias needs opset 18");
        if (corners)
            throw new ConversionException("antialias with align_corners has no counterpart in ONNX; set one of them to false");
        // With antialiasing PyTorch takes Pillow's cubic, and weighs what lies inside alone.
        (string, AttributeValue)[] filter = c.Literal("mode") is InterpolationMode.Bicubic
            ? [("mode", "cubic"), ("cubic_coeff_a", -0.5f), ("exclude_outside", 1L)]
            : [("mode", "linear"), ("exclude_outside", 1L)];
        return scaling.Resize([.. filter, ("antialias", 1L), Coordinates(corners)]);
    }

    // Means over windows that may be of unequal size: one axis after the other.
    private static string Area(ConversionContext c, Scaling scaling)
    {
        const int manyWindows = 64;
        var name = c.Tensor("x");
        for (var axis = 2; axis < c.Rank("x"); axis++)
        {
            var (input, output) = (c.Length("x", axis), scaling.OutputLength(axis));
            if (input == output)
                continue;
            if (output > manyWindows)
                throw new ConversionException($"area interpolation to more than {manyWindows} places along an axis is not supported; use an average pool");
            var windows = Enumerable.Range(0, (int)output).Select(i => Mean(c, name, axis, i * input / output, (((i + 1) * input) + output - 1) / output));
            name = c.Op("Concat", windows, ("axis", (long)axis));
        }

        return name;
    }

    private static string Mean(ConversionContext c, string name, long axis, long start, long end)
    {
        var window = c.Slice(name, axis, new SymbolicNumber(start), new SymbolicNumber(end));
        return c.Opset >= 18
            ? c.Op("ReduceMean", [window, c.Vector(axis)], ("keepdims", 1L))
            : c.Op("ReduceMean", [window], ("axes", (long[])[axis]), ("keepdims", 1L));
    }
}

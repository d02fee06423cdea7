using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Converters;

/// <summary>Pooling.</summary>
internal static class Pools
{
    [Converts("functional.max_pool1d", "functional.max_pool2d", "functional.max_pool3d")]
    internal static string MaxPool(ConversionContext c)
    {
        var spatial = Spatial(c);
        var kernel = c.PerAxis("kernel_size", spatial);
        var attributes = Window(c, spatial, kernel);
        attributes.Add(("dilations", c.PerAxis("dilation", spatial, 1)));
        return c.Op("MaxPool", [c.Tensor("input")], attributes);
    }

    [Converts("functional.avg_pool1d", "functional.avg_pool2d", "functional.avg_pool3d")]
    internal static string AveragePool(ConversionContext c)
    {
        if (c.Has("divisor_override"))
            throw new ConversionException("divisor_override has no counterpart in ONNX; multiply the result instead");
        var spatial = Spatial(c);
        var attributes = Window(c, spatial, c.PerAxis("kernel_size", spatial));
        // Without padding the flag means nothing in torch, but runtimes count what ceil_mode hangs over the edge as padding.
        var counted = c.PerAxis("padding", spatial, 0).Any(p => p != 0) && c.Bool("count_include_pad", fallback: true);
        if (counted && c.Bool("ceil_mode"))
            throw new ConversionException("runtimes differ on ceil_mode with counted padding; set count_include_pad: false");
        attributes.Add(("count_include_pad", counted ? 1L : 0L));
        return c.Op("AveragePool", [c.Tensor("input")], attributes);
    }

    [Converts("functional.adaptive_avg_pool1d", "functional.adaptive_avg_pool2d", "functional.adaptive_avg_pool3d")]
    internal static string AdaptiveAveragePool(ConversionContext c) => Adaptive(c, "GlobalAveragePool", "AveragePool");

    [Converts("functional.adaptive_max_pool1d", "functional.adaptive_max_pool2d", "functional.adaptive_max_pool3d")]
    internal static string AdaptiveMaxPool(ConversionContext c) => Adaptive(c, "GlobalMaxPool", "MaxPool");

    // An adaptive pool whose output length divides the input length is a plain pool of that ratio.
    private static string Adaptive(ConversionContext c, string global, string windowed)
    {
        var spatial = Spatial(c);
        var output = c.PerAxis("output_size", spatial);
        if (output.All(o => o == 1))
            return c.Op(global, [c.Tensor("input")]);
        var input = Enumerable.Range(2, spatial).Select(axis => c.Length("input", axis)).ToArray();
        if (input.Zip(output).Any(p => p.Second == 0 || p.First % p.Second != 0))
        {
            throw new ConversionException(
                $"an adaptive pool from [{string.Join(',', input)}] to [{string.Join(',', output)}] has windows of unequal size, which ONNX can't express; choose an output that divides the input");
        }

        long[] kernel = [.. input.Zip(output, (i, o) => i / o)];
        return c.Op(windowed, [c.Tensor("input")], ("kernel_shape", kernel), ("strides", kernel));
    }

    private static List<(string, AttributeValue)> Window(ConversionContext c, int spatial, long[] kernel)
    {
        var stride = c.Has("strides") ? "strides" : "stride";
        var padding = c.PerAxis("padding", spatial, 0);
        return
        [
            ("kernel_shape", kernel),
            ("strides", c.Has(stride) ? c.PerAxis(stride, spatial) : kernel),
            ("pads", (long[])[.. padding, .. padding]),
            ("ceil_mode", c.Bool("ceil_mode") ? 1L : 0L),
        ];
    }

    private static int Spatial(ConversionContext c)
    {
        var spatial = c.Key[^2] - '0';
        return c.Rank("input") == spatial + 2
            ? spatial
            : throw new ConversionException($"the input has {c.Rank("input")} axes; give it a batch axis, {spatial + 2} in all");
    }
}

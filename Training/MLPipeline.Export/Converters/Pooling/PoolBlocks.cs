namespace MLPipeline.Export.Converters.Pooling;

/// <summary>What pools have in common. PyTorch takes a single row without a batch axis; ONNX wants one.</summary>
internal static class PoolBlocks
{
    /// <summary>The number of spatial axes: the digit in the operator's name.</summary>
    public static int Spatial(this ConversionContext c) => c.Key.First(char.IsAsciiDigit) - '0';

    /// <summary>A tensor argument, with a batch axis.</summary>
    public static Term Batched(this ConversionContext c, string parameter = "input")
    {
        var x = c.Term(parameter);
        return c.IsUnbatched() ? x with { Name = c.Unsqueeze(x.Name, 0) } : x;
    }

    /// <summary>A result, without the batch axis that <see cref="Batched"/> gave.</summary>
    public static string Unbatched(this ConversionContext c, Term x) => c.IsUnbatched() ? c.Squeeze(x.Name, 0) : x.Name;

    /// <summary>Adds elements around the spatial axes.</summary>
    /// <param name="x">The value.</param>
    /// <param name="pads">How many before each axis, then after each.</param>
    /// <param name="fill">What they are.</param>
    public static Term WithPadding(this Term x, long[] pads, double fill)
    {
        var spatial = pads.Length / 2;
        long[] all = [0, 0, .. pads[..spatial], 0, 0, .. pads[spatial..]];
        return x with { Name = x.Context.Op("Pad", [x.Name, x.Context.Vector(all), x.Context.Scalar(fill, x.Type)]) };
    }

    /// <summary>
    /// Leaves padding to the pool where a runtime takes it, which is where none is as long as a window has elements; else makes it elements.
    /// </summary>
    public static Term Padded(this Term x, PoolWindow window, double fill, out long[] pads)
    {
        pads = window.Pads;
        if (pads.Select((p, i) => p < window.Kernel[i % window.Kernel.Length]).All(fits => fits))
            return x;
        var padded = x.WithPadding(pads, fill);
        pads = new long[pads.Length];
        return padded;
    }

    private static bool IsUnbatched(this ConversionContext c) => c.Rank("input") == c.Spatial() + 1;
}

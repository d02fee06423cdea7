using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Converters.Pooling;

/// <summary>The windows of a pool, for each spatial axis.</summary>
/// <param name="Kernel">Their lengths.</param>
/// <param name="Strides">From one to the next.</param>
/// <param name="Padding">Before the first element and after the last.</param>
/// <param name="Dilations">From one element of a window to the next.</param>
/// <param name="Hanging">How far the last window hangs over the padding after the last element, which it does where a length is rounded up.</param>
/// <param name="RuntimeRounds">Whether lengths are rounded up at run time, as some are not known before.</param>
internal sealed record PoolWindow(long[] Kernel, long[] Strides, long[] Padding, long[] Dilations, long[] Hanging, bool RuntimeRounds)
{
    /// <summary>The elements of a window.</summary>
    public long Count => Kernel.Aggregate(1L, (a, b) => a * b);

    /// <summary>Whether there is any padding.</summary>
    public bool IsPadded => Padding.Any(p => p != 0);

    /// <summary>Whether the last window hangs over, or may.</summary>
    public bool Hangs => RuntimeRounds || Hanging.Any(h => h != 0);

    /// <summary>Padding before, and padding with what hangs over after.</summary>
    public long[] Pads => [.. Padding, .. Padding.Zip(Hanging, (p, h) => p + h)];

    /// <summary>The windows a call asks for.</summary>
    /// <exception cref="ConversionException">How many windows there are depends on a symbolic length in a way that ONNX counts otherwise.</exception>
    public static PoolWindow Of(ConversionContext c, int spatial)
    {
        var kernel = c.PerAxis("kernel_size", spatial);
        var stride = c.Has("strides") ? "strides" : "stride";
        var strides = c.Has(stride) && c.Items(stride).Count > 0 ? c.PerAxis(stride, spatial) : kernel;
        var window = new PoolWindow(kernel, strides, c.PerAxis("padding", spatial, 0), c.PerAxis("dilation", spatial, 1), new long[spatial], RuntimeRounds: false);
        return c.Bool("ceil_mode") ? window.RoundedUp([.. c.Value("input").Dims!.TakeLast(spatial)]) : window;
    }

    /// <summary>As attributes of a node.</summary>
    public List<(string, AttributeValue)> Attributes(long[] pads) =>
        [("kernel_shape", Kernel), ("strides", Strides), ("pads", pads), ("ceil_mode", RuntimeRounds ? 1L : 0L)];

    private PoolWindow RoundedUp(IReadOnlyList<SymbolicNumber> lengths)
    {
        if (lengths.All(l => l.IsConstant))
            return this with { Hanging = [.. lengths.Select((l, axis) => HangingOver((long)l.Constant, axis))] };
        for (var axis = 0; axis < lengths.Count; axis++)
        {
            // PyTorch drops a window that starts beyond the last element; where strides are short none does, and both count alike.
            if (Strides[axis] > Extent(axis) - Padding[axis])
                throw new ConversionException("ceil_mode with strides this long drops windows by a rule that ONNX does not have; export with fixed height and width");
        }

        return this with { RuntimeRounds = true };
    }

    private long HangingOver(long length, int axis)
    {
        var room = length + 2 * Padding[axis] - Extent(axis);
        var last = (room + Strides[axis] - 1) / Strides[axis];
        if (last * Strides[axis] >= length + Padding[axis])
            last--;
        return Math.Max(0, last * Strides[axis] - room);
    }

    private long Extent(int axis) => Dilations[axis] * (Kernel[axis] - 1) + 1;
}

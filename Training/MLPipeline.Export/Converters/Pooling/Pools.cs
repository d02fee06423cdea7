namespace MLPipeline.Export.Converters.Pooling;

/// <summary>
/// Pools of equal windows. ONNX Runtime's max pools pass over elements that are no numbers, and give the lowest number for a window of minus
/// infinities; PyTorch gives NaN and minus infinity.
/// </summary>
internal static class Pools
{
    [Converts("functional.max_pool1d", "functional.max_pool2d", "functional.max_pool3d")]
    internal static string MaxPool(ConversionContext c)
    {
        var window = PoolWindow.Of(c, c.Spatial());
        var padded = c.Batched().Padded(window, double.NegativeInfinity, out var pads);
        return c.Unbatched(padded.Apply("MaxPool", [.. window.Attributes(pads), ("dilations", window.Dilations)]));
    }

    // ONNX counts an index over the whole tensor, PyTorch within a channel.
    [Converts("functional.max_pool1d_with_indices", "functional.max_pool2d_with_indices", "functional.max_pool3d_with_indices")]
    internal static IReadOnlyList<string> MaxPoolWithIndices(ConversionContext c)
    {
        var window = PoolWindow.Of(c, c.Spatial());
        var x = c.Batched();
        var padded = x.Padded(window, double.NegativeInfinity, out var pads);
        if (padded != x)
            throw new ConversionException("its padding is longer than its windows, and indices would count it; pad before");
        return WithIndices(c, x, [.. window.Attributes(pads), ("dilations", window.Dilations)]);
    }

    [Converts("functional.avg_pool1d", "functional.avg_pool2d", "functional.avg_pool3d")]
    internal static string AveragePool(ConversionContext c)
    {
        var window = PoolWindow.Of(c, c.Spatial());
        if (c.Has("divisor_override"))
            return c.Unbatched(Sum(c.Batched(), window) / c.Int("divisor_override"));
        return c.Unbatched(Mean(c.Batched(), window, c.Bool("count_include_pad", fallback: true)));
    }

    // The p-th root of the sum of p-th powers.
    [Converts("functional.lp_pool1d", "functional.lp_pool2d")]
    internal static string PowerPool(ConversionContext c)
    {
        var window = PoolWindow.Of(c, c.Spatial());
        var (x, p) = (c.Batched(), c.Number("norm_type"));
        var mean = Mean(x.Pow(x.Number(p)), window, countPadding: false);
        return c.Unbatched((mean * window.Count).Pow(x.Number(1 / p)));
    }

    /// <summary>A max pool and its indices within each channel.</summary>
    public static IReadOnlyList<string> WithIndices(ConversionContext c, Term x, IEnumerable<(string Name, Onnx.Graphs.AttributeValue Value)> attributes)
    {
        var type = Kernels.TypeFor("MaxPool", x.Type, c.Opset);
        var outputs = c.Ops("MaxPool", [x.To(type).Name], 2, attributes);
        var channel = c.Op("Slice", [c.Op("Shape", [x.Name]), c.Vector(2), c.Vector(long.MaxValue)]);
        var within = c.Op("Mod", [outputs[1], c.Op("ReduceProd", [channel], ("keepdims", 1L))]);
        var indices = new Term(c, within, TorchSharp.torch.ScalarType.Int64);
        return [c.Unbatched(new Term(c, outputs[0], type).To(x.Type)), c.Unbatched(indices)];
    }

    // A mean counts the padding of the call, or nothing but elements; what hangs over it never counts.
    private static Term Mean(Term x, PoolWindow window, bool countPadding)
    {
        if (!countPadding || !window.IsPadded)
            return x.Apply("AveragePool", [.. window.Attributes(window.Pads), ("count_include_pad", 0L)]);
        if (!window.Hangs)
            return x.Apply("AveragePool", [.. window.Attributes(window.Pads), ("count_include_pad", 1L)]);
        // Runtimes count what hangs over as padding; with the padding made elements, it is all there is.
        var padded = x.WithPadding([.. window.Padding, .. window.Padding], 0);
        return padded.Apply("AveragePool", [.. window.Attributes([.. window.Padding.Select(_ => 0L), .. window.Hanging]), ("count_include_pad", 0L)]);
    }

    private static Term Sum(Term x, PoolWindow window)
    {
        if (window.RuntimeRounds)
            throw new ConversionException("divisor_override with ceil_mode needs fixed height and width; export with those axes fixed");
        return x.Apply("AveragePool", [.. window.Attributes(window.Pads), ("count_include_pad", 1L)]) * window.Count;
    }
}

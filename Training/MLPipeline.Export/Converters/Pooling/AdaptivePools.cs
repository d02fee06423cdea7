using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Pooling;

/// <summary>Pools to a given length: window i of n goes from the floor of i/n of the input to the ceiling of (i + 1)/n.</summary>
internal static class AdaptivePools
{
    [Converts("functional.adaptive_avg_pool1d", "functional.adaptive_avg_pool2d", "functional.adaptive_avg_pool3d")]
    internal static string Average(ConversionContext c) => c.Unbatched(Pool(c, "GlobalAveragePool", "AveragePool", "ReduceMean"));

    // A global max pool of ONNX Runtime starts from the lowest number, which is above minus infinity; a reduction does not.
    [Converts("functional.adaptive_max_pool1d", "functional.adaptive_max_pool2d", "functional.adaptive_max_pool3d")]
    internal static string Max(ConversionContext c) => c.Unbatched(Pool(c, null, "MaxPool", "ReduceMax"));

    [Converts("functional.adaptive_max_pool1d_with_indices", "functional.adaptive_max_pool2d_with_indices", "functional.adaptive_max_pool3d_with_indices")]
    internal static IReadOnlyList<string> MaxWithIndices(ConversionContext c)
    {
        var output = c.PerAxis("output_size", c.Spatial());
        if (EqualWindows(Lengths(c), output) is not { } kernel)
            throw new ConversionException("the indices of windows of unequal size are not supported; choose an output that divides the input, at fixed height and width");
        return Pools.WithIndices(c, c.Batched(), [("kernel_shape", kernel), ("strides", kernel)]);
    }

    private static Term Pool(ConversionContext c, string? global, string windowed, string reduce)
    {
        var x = c.Batched();
        var (input, output) = (Lengths(c), c.PerAxis("output_size", c.Spatial()));
        if (output.All(o => o == 1))
        {
            return global is not null && x.Type == ScalarType.Float32
                ? x.Apply(global)
                : x.Reduce(reduce, [.. output.Select((_, i) => 2L + i)], keepDimension: true);
        }

        if (x.Type == ScalarType.Float32 && EqualWindows(input, output) is { } kernel)
            return x.Apply(windowed, ("kernel_shape", kernel), ("strides", kernel));
        // The mean of a box is the mean of means, and its largest element the largest of the largest: one axis after the other.
        return output.Select((length, i) => (length, i)).Aggregate(x, (pooled, o) => Along(pooled, 2 + o.i, input[o.i], o.length, reduce));
    }

    private static Term Along(Term x, long axis, SymbolicNumber input, long output, string reduce)
    {
        if (output == 1)
            return x.Reduce(reduce, [axis], keepDimension: true);
        if (!input.IsConstant)
            throw new ConversionException($"an adaptive pool of a symbolic axis to {output} has windows that no operator of ONNX has; export with that axis fixed, or pool to 1");
        var length = (long)input.Constant;
        if (output == length)
            return x;
        var windows = Enumerable.Range(0, (int)output).Select(i =>
            (x with { Name = x.Context.Slice(x.Name, axis, new SymbolicNumber(i * length / output), new SymbolicNumber(((i + 1) * length + output - 1) / output)) })
                .Reduce(reduce, [axis], keepDimension: true).Name);
        return x with { Name = x.Context.Op("Concat", windows, ("axis", axis)) };
    }

    private static IReadOnlyList<SymbolicNumber> Lengths(ConversionContext c) => [.. c.Value("input").Dims!.TakeLast(c.Spatial())];

    // The windows' lengths, when all of an axis are alike; null when not, or not known.
    private static long[]? EqualWindows(IReadOnlyList<SymbolicNumber> input, long[] output) =>
        input.Zip(output).All(p => p.First.IsConstant && p.Second > 0 && p.First.Constant % p.Second == 0)
            ? [.. input.Zip(output, (i, o) => (long)i.Constant / o)]
            : null;
}

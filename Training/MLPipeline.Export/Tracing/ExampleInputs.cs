using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Makes inputs like an example: other shape, other elements, same type and range.</summary>
internal static class ExampleInputs
{
    /// <summary>
    /// A tensor of the given shape. Floating-point elements are drawn from a normal distribution with the example's mean and deviation,
    /// others from the example's own elements, so that indices stay in range.
    /// </summary>
    public static Tensor Like(Tensor example, long[] shape, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var source = example.detach().cpu();
        var made = source.is_floating_point() ? Normal(source, shape, generator) : Resampled(source, shape, generator);
        return made.to(example.device).MoveToOuterDisposeScope();
    }

    private static Tensor Normal(Tensor source, long[] shape, Generator generator)
    {
        var wide = source.to(ScalarType.Float64);
        var mean = wide.mean().item<double>();
        var deviation = source.numel() > 1 ? wide.std().item<double>() : 0;
        // A constant example (zeros) says nothing of the range; the unit normal distribution is what networks are initialised for.
        var scale = deviation > 0 && double.IsFinite(deviation) ? deviation : 1;
        return (randn(shape, dtype: ScalarType.Float64, generator: generator) * scale + (double.IsFinite(mean) ? mean : 0)).to(source.dtype);
    }

    private static Tensor Resampled(Tensor source, long[] shape, Generator generator)
    {
        // Every input would be the same: a trace could not tell what depends on it, nor a verification what is wrong.
        if (source.dtype != ScalarType.Bool && source.numel() > 1 && source.min().eq(source.max()).item<bool>())
            throw new ExportException("An example of integers holds one value only, which shows neither their range nor an error; give one with different elements.");
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var picks = randint(0, Math.Max(1, source.numel()), [count], dtype: ScalarType.Int64, generator: generator);
        return source.flatten().index_select(0, picks).reshape(shape);
    }
}

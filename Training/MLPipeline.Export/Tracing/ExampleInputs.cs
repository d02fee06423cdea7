using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>How far made inputs may leave the range of the example.</summary>
internal enum InputRange
{
    /// <summary>Numbers stay between the example's least and greatest, as probabilities and pixels must.</summary>
    AsExample,

    /// <summary>Numbers go beyond, and truth values that are all alike in the example are not: more of the network is seen, if it takes them.</summary>
    Wide,
}

/// <summary>Makes inputs like an example: other shape, other elements, same type and range.</summary>
internal static class ExampleInputs
{
    /// <summary>
    /// A tensor of the given shape. Floating-point elements are drawn from a normal distribution with the example's mean and deviation,
    /// others from the example's own elements, so that indices stay in range; what ascends in the example (offsets, positions) ascends from the
    /// same first element.
    /// </summary>
    /// <exception cref="ExportException">The example is of integers that are all zero.</exception>
    public static Tensor Like(Tensor example, long[] shape, int seed, InputRange range = InputRange.AsExample)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var source = example.detach().cpu();
        var made = source.is_floating_point() ? Normal(source, shape, range, generator)
            : range == InputRange.Wide && source.dtype == ScalarType.Bool ? rand(shape, generator: generator) < 0.5
            : range == InputRange.AsExample && IsAscending(source) ? Ascending(Resampled(source, shape, generator), source)
            : Resampled(source, shape, generator);
        return made.to(example.device).MoveToOuterDisposeScope();
    }

    private static Tensor Normal(Tensor source, long[] shape, InputRange range, Generator generator)
    {
        var wide = source.to(ScalarType.Float64).flatten();
        wide = wide.masked_select(wide.isfinite());
        var mean = wide.numel() > 0 ? wide.mean().item<double>() : 0;
        var deviation = wide.numel() > 1 ? wide.std().item<double>() : 0;
        // A constant example (zeros) says nothing of the range; the unit normal distribution is what networks are initialised for.
        var made = randn(shape, dtype: ScalarType.Float64, generator: generator) * (deviation > 0 ? deviation : 1) + mean;
        if (deviation > 0 && range == InputRange.AsExample)
        {
            var (least, greatest) = (wide.min(), wide.max());
            var within = least + rand(shape, dtype: ScalarType.Float64, generator: generator) * (greatest - least);
            made = where((made < least).logical_or(made > greatest), within, made);
        }

        return made.to(source.dtype);
    }

    private static Tensor Resampled(Tensor source, long[] shape, Generator generator)
    {
        if (source.dtype != ScalarType.Bool && source.numel() > 0 && source.min().eq(source.max()).item<bool>())
            return UpTo(source, shape, generator);
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var picks = randint(0, Math.Max(1, source.numel()), [count], dtype: ScalarType.Int64, generator: generator);
        return source.flatten().index_select(0, picks).reshape(shape);
    }

    // Inputs that are all the same could not tell what depends on them, nor a verification what is wrong. One integer says that it is a
    // valid one; where it is an index, a count or a flag, so are those between it and zero.
    private static Tensor UpTo(Tensor source, long[] shape, Generator generator)
    {
        var value = source.max().to(ScalarType.Int64).item<long>();
        if (value == 0)
            throw new ExportException("An example of integers holds only zero, which shows neither their range nor an error; give one with the largest value, or with different elements.");
        return randint(Math.Min(value, 0), Math.Max(value, 0) + 1, shape, dtype: ScalarType.Int64, generator: generator).to(source.dtype);
    }

    // Offsets, positions and row starts ascend from a first element that matters.
    private static bool IsAscending(Tensor source) =>
        source.dtype != ScalarType.Bool && source.dim() == 1 && source.numel() > 1 && source.diff().ge(0).all().item<bool>() && source[0].ne(source[-1]).item<bool>();

    private static Tensor Ascending(Tensor made, Tensor source)
    {
        var ascending = made.sort().Values;
        ascending[0] = source[0];
        return ascending;
    }
}

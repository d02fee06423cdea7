using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Deviations, norms and order statistics over axes.</summary>
internal static class Statistics
{
    [Converts("Tensor.var", "Tensor._var")]
    internal static string Variance(ConversionContext c) => c.Result(Moments(c).Variance);

    [Converts("Tensor.std", "Tensor._std")]
    internal static string Deviation(ConversionContext c) => c.Result(Moments(c).Variance.Sqrt());

    [Converts("Tensor.var_mean", "Tensor._var_mean")]
    internal static IReadOnlyList<string> VarianceAndMean(ConversionContext c)
    {
        var (variance, mean) = Moments(c);
        return [c.Result(variance), c.Result(mean)];
    }

    [Converts("Tensor.std_mean", "Tensor._std_mean")]
    internal static IReadOnlyList<string> DeviationAndMean(ConversionContext c)
    {
        var (variance, mean) = Moments(c);
        return [c.Result(variance.Sqrt()), c.Result(mean)];
    }

    [Converts("Tensor.norm")]
    internal static string Norm(ConversionContext c) => c.Result(Norm(c, c.Real("self")));

    [Converts("Tensor.dist")]
    internal static string Distance(ConversionContext c)
    {
        var type = Operands.Precise(c.Promoted("self", "other"));
        return c.Result(Norm(c, c.Term("self", type) - c.Term("other", type)));
    }

    // Of an even number of elements the lower middle one; NaN when there is any.
    [Converts("Tensor.median")]
    internal static string Median(ConversionContext c)
    {
        var x = c.Term("self");
        var flat = x with { Name = c.Op("Reshape", [x.Name, c.Vector(-1)]) };
        var count = new Term(c, c.Op("Shape", [flat.Name]), ScalarType.Int64);
        var middle = Sorting.Ordered(flat, ((count + 1) / 2).Name, 0, largest: false).Values;
        var median = new Term(c, c.Op("Gather", [middle.Name, c.Scalar(-1, ScalarType.Int64)], ("axis", 0L)), x.Type);
        return c.Result(Promotion.IsFloat(x.Type) ? AnyNaN(flat, 0, keepDimension: false).Choose(x.Number(double.NaN), median) : median);
    }

    // NaN goes behind the numbers, and the middle is that of the numbers alone; of none it is NaN.
    [Converts("Tensor.nanmedian")]
    internal static string MedianOfNumbers(ConversionContext c)
    {
        var x = c.Term("self");
        var flat = x with { Name = c.Op("Reshape", [x.Name, c.Vector(-1)]) };
        var missing = flat.IsNaN();
        var sorted = Sorting.Sorted(missing.Choose(x.Number(double.PositiveInfinity), flat), 0);
        var count = (!missing).To(ScalarType.Int64).Reduce("ReduceSum", [0], keepDimension: false);
        var place = ((count - 1) / 2).Max(count.Number(0));
        var median = x with { Name = c.Op("Gather", [sorted.Name, place.Name], ("axis", 0L)) };
        return c.Result(count.Is(0).Choose(x.Number(double.NaN), median));
    }

    // Between the two elements next to q * (n - 1), in a straight line. TorchSharp takes the last axis, by the name of -1, for all of them.
    [Converts("Tensor.quantile")]
    internal static string Quantile(ConversionContext c)
    {
        var (x, q, rank) = (c.Term("self"), c.Term("q"), c.Rank("self"));
        var all = c.Int("dim", -1) == -1;
        var axis = all ? 0 : ConversionContext.Axis(c.Int("dim"), rank);
        var last = all ? 0 : rank - 1;
        x = all ? x with { Name = c.Op("Reshape", [x.Name, c.Vector(-1)]) } : AxisLast(x, axis, last);
        var sorted = Sorting.Sorted(x, last);
        var length = new Term(c, Creation.LengthOf(c, x.Name, last), ScalarType.Int64).To(x.Type);
        var place = q * (length - 1);
        var (below, above) = (place.Floor(), place.Apply("Ceil"));
        var low = sorted with { Name = c.Op("Gather", [sorted.Name, below.To(ScalarType.Int64).Name], ("axis", (long)last)) };
        var high = sorted with { Name = c.Op("Gather", [sorted.Name, above.To(ScalarType.Int64).Name], ("axis", (long)last)) };
        var quantile = low + (high - low) * (place - below);
        quantile = AnyNaN(x, last, keepDimension: c.Rank("q") == 1).Choose(x.Number(double.NaN), quantile);
        return c.Result(Placed(c, quantile, last, c.Bool("keepdim") ? all ? [.. Enumerable.Range(0, rank).Select(a => (long)a)] : [axis] : []));
    }

    private static (Term Variance, Term Mean) Moments(ConversionContext c)
    {
        var x = c.Term("self", Operands.Precise(c.ResultType));
        var (axes, keep) = (Reductions.Axes(c), c.Bool("keepdim"));
        var mean = Reductions.MeanOver(x, axes, keepDimension: true);
        var squares = (x - mean).Reduce("ReduceSumSquare", axes, keep);
        // TorchSharp 0.107 does not hand the flag on when it takes the variance of all elements.
        var unbiased = c.Bool("unbiased", fallback: true) || (c.Key == "Tensor.var" && !Reductions.NamesAxes(c));
        var count = Count(c, axes, x.Type);
        var variance = squares / (unbiased ? (count - 1).Max(count.Number(0)) : count);
        return (variance, keep ? mean : Reductions.MeanOver(x, axes, keepDimension: false));
    }

    // The number of elements reduced to one, which a symbolic axis makes a value.
    private static Term Count(ConversionContext c, long[] axes, ScalarType type)
    {
        var dims = c.Value("self").Dims!;
        var reduced = axes.Length == 0 ? dims : [.. axes.Select(a => dims[(int)a])];
        if (reduced.All(d => d is { IsConstant: true }))
            return c.Constant(reduced.Aggregate(1.0, (n, d) => n * d!.Constant), type);
        var shape = c.Op("Shape", [c.Tensor("self")]);
        var lengths = axes.Length == 0 ? shape : c.Op("Gather", [shape, c.Vector(axes)], ("axis", 0L));
        return new Term(c, c.Op("ReduceProd", [lengths], ("keepdims", 0L)), ScalarType.Int64).To(type);
    }

    private static Term Norm(ConversionContext c, Term x)
    {
        var p = c.Number("p", 2);
        return p switch
        {
            1 => Reductions.Over(c, x, "ReduceL1"),
            2 => Reductions.Over(c, x, "ReduceL2"),
            double.PositiveInfinity => Reductions.Over(c, x.Abs(), "ReduceMax"),
            double.NegativeInfinity => Reductions.Over(c, x.Abs(), "ReduceMin"),
            0 => Reductions.Over(c, x.To(ScalarType.Bool).To(x.Type), "ReduceSum"),
            _ => Reductions.Over(c, x.Abs().Pow(x.Number(p)), "ReduceSum").Pow(x.Number(1 / p)),
        };
    }

    private static Term AnyNaN(Term x, long axis, bool keepDimension) =>
        x.IsNaN().To(ScalarType.Int32).Reduce("ReduceMax", [axis], keepDimension).To(ScalarType.Bool);

    private static Term AxisLast(Term x, long axis, long last)
    {
        if (axis == last)
            return x;
        long[] order = [.. Enumerable.Range(0, (int)last + 1).Select(a => (long)a).Where(a => a != axis), axis];
        return x with { Name = x.Context.Op("Transpose", [x.Name], ("perm", order)) };
    }

    // PyTorch puts the axis of several quantiles in front, and kept axes back in their places.
    private static Term Placed(ConversionContext c, Term x, long last, long[] kept)
    {
        var (name, front) = (x.Name, c.Rank("q"));
        if (front == 1)
            name = c.Op("Transpose", [name], ("perm", (long[])[last, .. Enumerable.Range(0, (int)last).Select(a => (long)a)]));
        if (kept.Length > 0)
            name = c.Op("Unsqueeze", [name, c.Vector([.. kept.Select(a => a + front)])]);
        return x with { Name = name };
    }
}

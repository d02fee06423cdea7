namespace MLPipeline.Benchmarks.Measuring;

/// <summary>What several measurements of one thing say.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Median">The middle one.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Lower">A quarter lies below.</param>
/// <param name="Upper">A quarter lies above.</param>
internal sealed record Samples(int Count, double Median, double Least, double Lower, double Upper)
{
    /// <summary>Sums measurements up; there must be at least one.</summary>
    public static Samples Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Samples(sorted.Length, At(sorted, 0.5), sorted[0], At(sorted, 0.25), At(sorted, 0.75));
    }

    /// <summary><c>1.23 (1.20 to 1.31)</c>: the median and the middle half.</summary>
    public string Text(string format) => $"{Median.ToString(format)} ({Lower.ToString(format)} to {Upper.ToString(format)})";

    private static double At(double[] sorted, double quantile)
    {
        var place = quantile * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}

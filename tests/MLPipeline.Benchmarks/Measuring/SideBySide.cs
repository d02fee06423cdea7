namespace MLPipeline.Benchmarks.Measuring;

/// <summary>
/// Two files, measured in turns, so that whatever else the machine does meets both. Each round opens both files anew, in turns too: where
/// a session's memory happens to lie makes it a percent or two faster or slower for as long as it lives.
/// </summary>
/// <param name="Ours">Seconds for one run of our file.</param>
/// <param name="Theirs">Seconds for one run of the other.</param>
/// <param name="Ratio">Theirs divided by ours, pair by pair: above 1, ours is faster.</param>
/// <param name="Difference">The largest difference of their outputs, relative to the largest output.</param>
internal sealed record SideBySide(Samples Ours, Samples Theirs, Samples Ratio, double Difference)
{
    // Long enough that starting the clock does not matter, short enough that many fit.
    private const double SecondsPerSample = 0.01;
    private const int WarmUps = 5;

    /// <summary>Measures.</summary>
    /// <param name="open">Opens our file (true) or theirs.</param>
    /// <param name="rounds">How often both are opened.</param>
    /// <param name="seconds">How long to measure, both together.</param>
    public static SideBySide Measure(Func<bool, Session> open, int rounds, double seconds)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        var difference = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            var oursFirst = round % 2 == 0;
            using var first = open(oursFirst);
            using var second = open(!oursFirst);
            var estimate = Math.Max(first.Measure(WarmUps), second.Measure(WarmUps));
            var runs = Math.Max(1, (int)(SecondsPerSample / estimate));
            var pairs = Math.Max(2, (int)(seconds / rounds / (2 * runs * estimate)));
            for (var i = 0; i < pairs; i++)
            {
                var (a, b) = i % 2 == 0 ? (first.Measure(runs), second.Measure(runs)) : Swap(second.Measure(runs), first.Measure(runs));
                ours.Add(oursFirst ? a : b);
                theirs.Add(oursFirst ? b : a);
            }

            difference = Math.Max(difference, Apart(first.Output, second.Output));
        }

        return new SideBySide(Samples.Of(ours), Samples.Of(theirs), Samples.Of(theirs.Zip(ours, (t, o) => t / o)), difference);
    }

    private static (double First, double Second) Swap(double second, double first) => (first, second);

    private static double Apart(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max() / a.Max(Math.Abs);
}

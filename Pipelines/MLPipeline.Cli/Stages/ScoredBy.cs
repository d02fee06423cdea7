using MLPipeline.Cli.Reports;

namespace MLPipeline.Cli.Stages;

/// <summary>The three engines' word on the same test images.</summary>
internal sealed record ScoredBy(EngineResult Torch, EngineResult OnnxRuntime, EngineResult MLNet)
{
    /// <summary>How many images get one label from all, and how far the logits of the first two are apart.</summary>
    public Agreement Agreement { get; } = new(
        Torch.Labels.Count,
        Enumerable.Range(0, Torch.Labels.Count).Count(i => Torch.Labels[i] == OnnxRuntime.Labels[i] && Torch.Labels[i] == MLNet.Labels[i]),
        LargestDifference(Torch.Logits!, OnnxRuntime.Logits!));

    /// <summary>One figure of each.</summary>
    public RunOutcome.PerEngine Each(Func<EngineFigures, double> figure) =>
        new(figure(Torch.Figures), figure(OnnxRuntime.Figures), figure(MLNet.Figures));

    /// <summary>What is not a number must not pass as no difference: it counts as infinite.</summary>
    internal static double LargestDifference(float[] first, float[] second)
    {
        var largest = 0.0;
        for (var i = 0; i < first.Length; i++)
        {
            var difference = Math.Abs((double)first[i] - second[i]);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }
        return largest;
    }
}

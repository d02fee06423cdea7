namespace MLPipeline.Export;

/// <summary>One comparison of the file in ONNX Runtime with the module, on inputs neither had seen.</summary>
/// <param name="Batch">The length of the batch; 0 when the file has none.</param>
/// <param name="GraphOptimizations">Whether ONNX Runtime optimised the graph.</param>
/// <param name="MaxAbsoluteError">The largest |actual - expected| over all outputs.</param>
/// <param name="MaxRelativeError">The largest |actual - expected| over all outputs, each divided by its largest |expected|.</param>
public sealed record VerifiedRun(int Batch, bool GraphOptimizations, double MaxAbsoluteError, double MaxRelativeError)
{
    /// <summary>Whether each value was rounded to float16 on the way, as hardware with float16 does.</summary>
    public bool EveryValueRounded { get; init; }

    /// <summary>The lengths of all symbolic axes, the batch among them.</summary>
    public IReadOnlyDictionary<string, long> Lengths { get; init; } = new Dictionary<string, long>();

    /// <summary>How many times the tolerance was allowed: 1, and 100 at the shortest and longest lengths, where the variance of few elements magnifies rounding.</summary>
    public double ToleranceFactor { get; init; } = 1;
}

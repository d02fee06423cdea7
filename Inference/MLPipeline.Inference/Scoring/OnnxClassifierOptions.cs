namespace MLPipeline.Inference.Scoring;

/// <summary>How a classifier scores.</summary>
public sealed record OnnxClassifierOptions
{
    private const int LargestBatch = 65536;
    private const int MostLanes = 1024;

    /// <summary>
    /// How <see cref="OnnxClassifier.Load(string, OnnxClassifierOptions?)"/> opens the model. Default:
    /// <see cref="OnnxModelOptions.OneThreadPerRun"/>, because the lanes already fill the cores.
    /// </summary>
    public OnnxModelOptions Model { get; init; } = OnnxModelOptions.OneThreadPerRun;

    /// <summary>Rows in one run, 1 to 65536. Default: 32. A model with a fixed batch axis overrules it.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches under way at once, 0 to 1024; 0, the default, is one per core on the CPU and one on a GPU.</summary>
    public int Lanes { get; init; }

    /// <summary>The output with one unnormalised score per class. Default: <c>logits</c>. It may be missing from the model.</summary>
    public string LogitsOutput { get; init; } = "logits";

    /// <summary>The output with one probability per class. Default: <c>probabilities</c>. Computed from the logits when missing.</summary>
    public string ProbabilitiesOutput { get; init; } = "probabilities";

    /// <summary>Checks every value against its legal range.</summary>
    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal OnnxClassifierOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Model);
        ArgumentException.ThrowIfNullOrEmpty(LogitsOutput);
        ArgumentException.ThrowIfNullOrEmpty(ProbabilitiesOutput);
        if (BatchSize is < 1 or > LargestBatch)
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"A batch has 1 to {LargestBatch} rows.");
        if (Lanes is < 0 or > MostLanes)
            throw new ArgumentOutOfRangeException(nameof(Lanes), Lanes, $"Lanes must be 0 (one per core) to {MostLanes}.");
        return this;
    }
}

namespace MLPipeline.Inference;

/// <summary>How a model is run.</summary>
public sealed record OnnxModelOptions
{
    private const int MostThreads = 1024;

    /// <summary>One thread per run: for callers that run several batches side by side, each on a thread of its own.</summary>
    public static OnnxModelOptions OneThreadPerRun { get; } = new() { IntraOpThreads = 1 };

    /// <summary>Where the model runs. Default: <see cref="ExecutionProvider.Cpu"/>.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Threads inside one operator, 0 to 1024; 0, the default, is ONNX Runtime's own choice: one per core.</summary>
    public int IntraOpThreads { get; init; }

    /// <summary>
    /// Whether ONNX Runtime may rewrite the graph (fusion, layout, constant folding) and repack weights. Default: true. Off, every
    /// node of the file runs as it is written, which is what a comparison of numbers wants.
    /// </summary>
    public bool GraphOptimizations { get; init; } = true;

    /// <summary>Checks every value against its legal range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    internal OnnxModelOptions Validated()
    {
        if (!Enum.IsDefined(Provider))
            throw new ArgumentOutOfRangeException(nameof(Provider), Provider, "The provider must be Auto, Cpu or Cuda.");
        if (IntraOpThreads is < 0 or > MostThreads)
            throw new ArgumentOutOfRangeException(nameof(IntraOpThreads), IntraOpThreads, $"Threads must be 0 (one per core) to {MostThreads}.");
        return this;
    }
}

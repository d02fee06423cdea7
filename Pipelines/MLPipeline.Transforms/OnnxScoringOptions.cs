using MLPipeline.Inference;

namespace MLPipeline.Transforms;

/// <summary>Which columns a model reads and writes, and where it runs.</summary>
public sealed record OnnxScoringOptions
{
    /// <summary>The column with the model's input: a vector of <c>Single</c> with one row's values. Null, the default: named as the model's input.</summary>
    public string? InputColumn { get; init; }

    /// <summary>The new column with one probability per class. Default: <c>Score</c>, where ML.NET's evaluators look.</summary>
    public string ScoreColumn { get; init; } = "Score";

    /// <summary>The new column with the likeliest class, a key. Default: <c>PredictedLabel</c>, where ML.NET's evaluators look.</summary>
    public string PredictedLabelColumn { get; init; } = "PredictedLabel";

    /// <summary>The model's output with probabilities. Default: <c>probabilities</c>.</summary>
    public string ProbabilitiesOutput { get; init; } = "probabilities";

    /// <summary>The model's output with logits, put through softmax when it has no probabilities. Default: <c>logits</c>.</summary>
    public string LogitsOutput { get; init; } = "logits";

    /// <summary>Where the model runs. Default: <see cref="ExecutionProvider.Cpu"/>.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A name is empty, or the two new columns bear the same one.</exception>
    internal OnnxScoringOptions Validated()
    {
        if (InputColumn is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(InputColumn);
        ArgumentException.ThrowIfNullOrWhiteSpace(ScoreColumn);
        ArgumentException.ThrowIfNullOrWhiteSpace(PredictedLabelColumn);
        return ScoreColumn == PredictedLabelColumn
            ? throw new ArgumentException($"Scores and predicted label cannot both be the column '{ScoreColumn}'.", nameof(PredictedLabelColumn))
            : this;
    }
}

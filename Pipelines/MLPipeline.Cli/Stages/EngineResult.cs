using MLPipeline.Cli.Reports;
using MLPipeline.Inference.Evaluation;

namespace MLPipeline.Cli.Stages;

/// <summary>What one engine said about the test images.</summary>
/// <param name="Figures">How well it did.</param>
/// <param name="Labels">The class it gives each image, from 0.</param>
internal sealed record EngineResult(EngineFigures Figures, IReadOnlyList<int> Labels)
{
    private const int Top = 3;

    /// <summary>[images, classes], row-major; null where the engine gives none.</summary>
    public float[]? Logits { get; init; }

    /// <summary>[images, classes], row-major; null where the engine gives none.</summary>
    public float[]? Probabilities { get; init; }

    /// <summary>All that can be counted; null where the engine counts itself.</summary>
    public ClassificationMetrics? Metrics { get; init; }

    /// <summary>The figures of metrics.</summary>
    public static EngineFigures FiguresOf(string engine, ClassificationMetrics metrics, double seconds) => new(
        engine, metrics.Accuracy, metrics.MacroAccuracy, metrics.LogLoss, metrics.TopKAccuracy(Top), metrics.Count / seconds);
}

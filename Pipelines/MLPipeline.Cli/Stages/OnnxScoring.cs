using MLPipeline.Inference;
using MLPipeline.Inference.Scoring;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Cli.Stages;

/// <summary>Scores the test images with the exported file in ONNX Runtime.</summary>
internal static class OnnxScoring
{
    /// <summary>Scores all images.</summary>
    /// <exception cref="ModelLoadException">The file is no classifier of such images.</exception>
    public static EngineResult Run(
        string path, ImageDataset data, ExecutionProvider provider, Action<string> say, TimeProvider clock, CancellationToken cancellation)
    {
        using var classifier = Open(path, provider);
        var feed = PixelFeed.Of(classifier, say);
        feed.Check(classifier, data);
        var pixels = data.Images.data<byte>().ToArray();
        var start = clock.GetTimestamp();
        var scores = feed.Score(classifier, pixels, cancellation);
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        var metrics = scores.Evaluate(data.Labels.data<long>().ToArray());
        var engine = $"ONNX Runtime {classifier.Model.RuntimeVersion} on {classifier.Model.ProviderUsed.ToString().ToUpperInvariant()}";
        return new EngineResult(EngineResult.FiguresOf(engine, metrics, seconds), scores.PredictedIndices())
        {
            Logits = scores.HasLogits ? scores.Logits.ToArray() : null,
            Probabilities = scores.Probabilities.ToArray(),
            Metrics = metrics,
        };
    }

    /// <summary>Opens a classifier on a device; one thread a lane.</summary>
    public static OnnxClassifier Open(string path, ExecutionProvider provider) =>
        OnnxClassifier.Load(path, new OnnxClassifierOptions { Model = OnnxModelOptions.OneThreadPerRun with { Provider = provider } });
}

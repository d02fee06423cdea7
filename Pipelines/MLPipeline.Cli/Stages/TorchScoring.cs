using MLPipeline.Cli.Checks;
using MLPipeline.Inference.Evaluation;
using MLPipeline.Training;
using MLPipeline.Training.Datasets;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Stages;

/// <summary>Scores the test images with the network itself.</summary>
internal static class TorchScoring
{
    /// <summary>Scores all images.</summary>
    public static EngineResult Run(
        nn.Module<Tensor, Tensor> network, ImageDataset data, PixelScaling scaling, Device device, TimeProvider clock, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var start = clock.GetTimestamp();
        var logits = Evaluation.Logits(network, data, scaling, device: device, cancellationToken: cancellation);
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        var scores = logits.data<float>().ToArray();
        var metrics = ClassificationMetrics.FromLogits(scores, data.Labels.data<long>().ToArray(), data.ClassNames.Count);
        return new EngineResult(
            EngineResult.FiguresOf($"TorchSharp {Software.TorchSharp}", metrics, seconds),
            [.. logits.argmax(1).data<long>().Select(label => (int)label)])
        {
            Logits = scores,
            Metrics = metrics,
        };
    }
}

using MLPipeline.Training.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>How well a network does on labelled images.</summary>
/// <param name="Count">Images.</param>
/// <param name="Accuracy">Share whose largest logit is that of their label: 0 to 1.</param>
/// <param name="Loss">Mean cross-entropy, natural logarithm.</param>
public sealed record Evaluation(int Count, double Accuracy, double Loss)
{
    /// <summary>Images per forward pass unless told otherwise.</summary>
    public const int DefaultBatchSize = 500;

    /// <summary>Runs the network over all images, in evaluation mode and without gradients; each module's mode is put back.</summary>
    /// <param name="network">float32 [batch, channels, height, width] to logits [batch, classes], on <paramref name="device"/>.</param>
    /// <param name="data">What to measure on; wherever it lies.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="batchSize">1 or more.</param>
    /// <param name="device">The network's; CPU if none is given.</param>
    /// <param name="cancellationToken">Stops at the next batch.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Evaluation Run(
        nn.Module<Tensor, Tensor> network,
        ImageDataset data,
        PixelScaling scaling,
        int batchSize = DefaultBatchSize,
        Device? device = null,
        CancellationToken cancellationToken = default)
    {
        var (right, loss) = (0L, 0.0);
        ForEachBatch(network, data, scaling, batchSize, device ?? CPU, (logits, labels) =>
        {
            right += logits.argmax(1).eq(labels).sum().ToInt64();
            loss += nn.functional.cross_entropy(logits.to(ScalarType.Float64), labels, reduction: nn.Reduction.Sum).ToDouble();
        }, cancellationToken);
        return new Evaluation(data.Count, (double)right / data.Count, loss / data.Count);
    }

    /// <summary>The network's answers to all images, in their order.</summary>
    /// <returns>float32 [count, classes] on the CPU; the caller's to dispose.</returns>
    /// <inheritdoc cref="Run"/>
    public static Tensor Logits(
        nn.Module<Tensor, Tensor> network,
        ImageDataset data,
        PixelScaling scaling,
        int batchSize = DefaultBatchSize,
        Device? device = null,
        CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var batches = new List<Tensor>();
        ForEachBatch(network, data, scaling, batchSize, device ?? CPU,
            (logits, _) => batches.Add(logits.to(ScalarType.Float32).cpu().MoveToOtherDisposeScope(scope)), cancellationToken);
        return cat(batches).MoveToOuterDisposeScope();
    }

    private static void ForEachBatch(
        nn.Module<Tensor, Tensor> network,
        ImageDataset data,
        PixelScaling scaling,
        int batchSize,
        Device device,
        Action<Tensor, Tensor> visit,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var mode = new EvaluationMode(network);
        for (var start = 0; start < data.Count; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = start..Math.Min(start + batchSize, data.Count);
            visit(network.call(scaling.Apply(data.Images[batch].to(device))), data.Labels[batch].to(device));
        }
    }
}

using MLPipeline.Training.Datasets;
using MLPipeline.Training.Recalibration;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>
/// Replaces the running means and variances of a network's batch-norm layers, which lag behind the weights, by those of the population:
/// the training images under the final weights.
/// </summary>
/// <remarks>
/// Layer by layer, in the order in which the network runs them: each layer's input is computed with the layers before it already
/// normalising by their new statistics, as at inference. Nothing is normalised by a batch's own statistics, dropout is off, sums are in
/// double, and the variance is the population's (divided by n). Two ways, the same rule:
/// up to <see cref="MaxWholePasses"/> layers, one pass over all images per layer (each only as deep as the layer);
/// deeper networks would cost hours so, and take one pass over one batch of images instead, as many as the memory for their
/// activations allows, in which every layer is settled as its input arrives. The report says which.
/// </remarks>
public static class BatchNormRecalibration
{
    /// <summary>The most batch-norm layers for which every training image is used.</summary>
    public const int MaxWholePasses = 8;

    // For the one batch of a deep network: bytes of activations, of which the widest layer's input, its copy in double and the tensors around
    // it are the most part (about four times the input), and bounds on the images that follow.
    private const long ActivationBytes = 4L << 30;
    private const int ActivationCopies = 4;
    private const int FewestImages = 256;
    private const int MostImages = 8192;

    /// <summary>Measures the statistics anew. Weights stay as they are; so do the modules' modes.</summary>
    /// <param name="network">float32 [batch, channels, height, width] to anything, on <paramref name="device"/>; its layers run by <c>call</c>.</param>
    /// <param name="train">The training images; of a deep network, an evenly spaced part of them is used.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="batchSize">Images per forward pass over the whole set: 1 or more.</param>
    /// <param name="device">The network's; CPU if none is given.</param>
    /// <param name="progress">Gets the share done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between batches; layers already done keep their new statistics.</param>
    /// <returns>What was measured, on what, and how far each layer moved; no layers if the network has none.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BatchNormReport Run(
        nn.Module<Tensor, Tensor> network,
        ImageDataset train,
        PixelScaling scaling,
        int batchSize = Evaluation.DefaultBatchSize,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default) =>
        Run(network, train, scaling, batchSize, device, MaxWholePasses, progress, cancellationToken);

    internal static BatchNormReport Run(
        nn.Module<Tensor, Tensor> network,
        ImageDataset train,
        PixelScaling scaling,
        int batchSize,
        Device? device,
        int maxWholePasses,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var mode = new EvaluationMode(network);
        var on = device ?? CPU;
        var (layers, notReached) = InOrder(network, train, scaling, on);
        if (layers.Count == 0)
            return new BatchNormReport([], notReached, 0, train.Count, 0);
        var isWhole = layers.Count <= maxWholePasses;
        var images = isWhole ? train.Count : SampleSize(layers, train.Count);
        var sample = isWhole ? batchSize : images;
        var passes = 0;
        while (layers.Exists(layer => layer.Shift is null))
        {
            using var pass = new MeasuringPass(isOneBatch: sample >= images);
            pass.Attach(layers);
            for (var start = 0; start < images; start += sample)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                pass.Run(network, Batch(train, scaling, start, Math.Min(start + sample, images), images, on));
                progress?.Report((layers.Count(layer => layer.Shift is not null) + (double)start / images) / layers.Count);
            }

            pass.Finish();
            passes++;
        }

        progress?.Report(1);
        return new BatchNormReport([.. layers.Select(layer => layer.Shift!)], notReached, images, train.Count, passes);
    }

    private static (List<BatchNormLayer> Reached, List<string> NotReached) InOrder(
        nn.Module<Tensor, Tensor> network, ImageDataset train, PixelScaling scaling, Device device)
    {
        var order = new List<BatchNormLayer>();
        var all = BatchNormLayer.In(network);
        var hooks = all.ConvertAll(layer => layer.Module.register_forward_pre_hook((_, input) =>
        {
            if (layer.Calls++ == 0)
                order.Add(layer);
            layer.ElementsPerImage = Math.Max(layer.ElementsPerImage, input.numel() / input.shape[0]);
            return input;
        }));
        try
        {
            using var scope = NewDisposeScope();
            network.call(Batch(train, scaling, 0, 1, 1, device)).Dispose();
        }
        finally
        {
            hooks.ForEach(hook => hook.remove());
        }

        return (order, [.. all.Except(order).Select(layer => layer.Name)]);
    }

    private static int SampleSize(List<BatchNormLayer> layers, int available)
    {
        var bytes = sizeof(float) * ActivationCopies * layers.Max(layer => layer.ElementsPerImage);
        return (int)Math.Min(available, Math.Clamp(ActivationBytes / bytes, FewestImages, MostImages));
    }

    // Evenly spaced, since data sets are often sorted by class.
    private static Tensor Batch(ImageDataset train, PixelScaling scaling, int start, int end, int of, Device device)
    {
        using var scope = NewDisposeScope();
        var places = arange(start, end, ScalarType.Int64, train.Images.device).mul_(train.Count).div_(of, RoundingMode.floor);
        var (images, labels) = train.Gather(places);
        labels.Dispose();
        return scaling.Apply(images.to(device)).MoveToOuterDisposeScope();
    }
}

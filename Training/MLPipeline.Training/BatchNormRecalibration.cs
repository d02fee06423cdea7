using MLPipeline.Training.Datasets;
using MLPipeline.Training.Recalibration;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>
/// Replaces the running means and variances of a network's batch-norm layers, which lag behind the weights, by those of the population:
/// the training images under the final weights.
/// </summary>
/// <remarks>
/// Layer by layer, in the order in which the network runs them; no dropout; sums in double; the variance is the population's (divided by n).
/// Up to <see cref="MaxWholePasses"/> layers, each layer takes a pass over all images, which ends at that layer: its input is computed with the
/// layers before it normalising by their new statistics, exactly as at inference. Deeper networks would cost hours so, and take a single pass
/// over at most <see cref="MostImages"/> images in batches as large as memory for the activations allows, in which each batch is normalised
/// by its own population, layer by layer, and the populations are pooled: exact within a batch, and with several batches off by what one
/// large batch differs from all. The report says which way it was.
/// </remarks>
public static class BatchNormRecalibration
{
    /// <summary>The most batch-norm layers for which each is measured on every training image.</summary>
    public const int MaxWholePasses = 8;

    /// <summary>The most images for a deeper network.</summary>
    public const int MostImages = 10_000;

    // Activations of one batch of a deep network. What a pass holds at its peak, double-precision sums and convolution scratch included, is
    // some thirty times the widest layer's input: 17 GB for 2,600 images of 28x28 through ResNet-18, whose widest input takes 0.2 MB an image.
    private const long ActivationBytes = 2L << 30;
    private const int LiveTensors = 32;

    /// <summary>Measures the statistics anew. Weights stay as they are; so do the modules' modes.</summary>
    /// <param name="network">float32 [batch, channels, height, width] to anything, on <paramref name="device"/>; its layers run by <c>call</c>.</param>
    /// <param name="train">The training images; of a deep network, an evenly spaced part of them is used.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="batchSize">Images per forward pass over the whole set: 1 or more.</param>
    /// <param name="device">The network's; CPU if none is given.</param>
    /// <param name="progress">Gets the share done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between batches; the layers then keep the statistics they had.</param>
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
        Run(network, train, scaling, batchSize, device, MaxWholePasses, null, progress, cancellationToken);

    internal static BatchNormReport Run(
        nn.Module<Tensor, Tensor> network,
        ImageDataset train,
        PixelScaling scaling,
        int batchSize,
        Device? device,
        int maxWholePasses,
        int? largestBatch,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var mode = new EvaluationMode(network);
        var all = BatchNormLayer.In(network);
        var layers = InOrder(network, all, new ImageSample(train, scaling, 1, 1, device ?? CPU));
        if (layers.Count == 0)
            return new BatchNormReport([], Names(all), 0, train.Count, 0, IsExact: true);
        var isWhole = layers.Count <= maxWholePasses;
        var images = isWhole ? train.Count : Math.Min(train.Count, MostImages);
        var sample = new ImageSample(train, scaling, images, isWhole ? batchSize : largestBatch ?? LargestBatch(layers), device ?? CPU);
        var passes = 0;
        try
        {
            while (layers.Exists(layer => layer.Shift is null))
            {
                using IMeasuringPass pass = isWhole ? new OneLayerPass() : new AllLayersPass();
                RunPass(pass, network, layers, sample, share => progress?.Report(isWhole ? (passes + share) / layers.Count : share), cancellationToken);
                passes++;
            }
        }
        catch
        {
            // Half new and half old would be worse than either.
            layers.ForEach(layer => layer.Restore());
            throw;
        }

        return new BatchNormReport(
            [.. layers.Select(layer => layer.Shift!)], Names(all.Except(layers)), images, train.Count, passes, isWhole || sample.Batches == 1);
    }

    private static void RunPass(
        IMeasuringPass pass, nn.Module<Tensor, Tensor> network, List<BatchNormLayer> layers, ImageSample sample, Action<double> report, CancellationToken cancellationToken)
    {
        using var hooks = new LayerHooks(layers, pass.Meet);
        for (var batch = 0; batch < sample.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            pass.Start();
            try
            {
                network.call(sample.Batch(batch));
            }
            catch (PassEnd)
            {
                // As far as needed.
            }

            report((batch + 1.0) / sample.Batches);
        }

        pass.Finish();
    }

    private static List<BatchNormLayer> InOrder(nn.Module<Tensor, Tensor> network, List<BatchNormLayer> layers, ImageSample oneImage)
    {
        var order = new List<BatchNormLayer>();
        using var hooks = new LayerHooks(layers, (layer, input) =>
        {
            if (layer.Calls++ == 0)
                order.Add(layer);
            layer.ElementsPerImage = Math.Max(layer.ElementsPerImage, input.numel() / input.shape[0]);
        });
        using var scope = NewDisposeScope();
        network.call(oneImage.Batch(0));
        return order;
    }

    private static int LargestBatch(List<BatchNormLayer> layers) =>
        (int)Math.Clamp(ActivationBytes / (sizeof(float) * LiveTensors * layers.Max(layer => layer.ElementsPerImage)), 2, MostImages);

    private static string[] Names(IEnumerable<BatchNormLayer> layers) => [.. layers.Select(layer => layer.Name)];
}

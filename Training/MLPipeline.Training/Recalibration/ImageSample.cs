using MLPipeline.Training.Datasets;
using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>Evenly spaced images of a data set, in batches that are evenly spaced too: data sets are often sorted by class.</summary>
/// <param name="Data">The whole.</param>
/// <param name="Scaling">What the network was trained with.</param>
/// <param name="Count">Images to take: 1 to all.</param>
/// <param name="BatchSize">Most images per batch.</param>
/// <param name="Device">Where the batches go.</param>
internal sealed record ImageSample(ImageDataset Data, PixelScaling Scaling, int Count, int BatchSize, Device Device)
{
    /// <summary>Batches.</summary>
    public int Batches => (Count + BatchSize - 1) / BatchSize;

    /// <summary>The network's input: float32, the caller's to dispose.</summary>
    public Tensor Batch(int number)
    {
        using var scope = NewDisposeScope();
        // A batch strides over the sample as the sample strides over the set.
        var places = arange(number, Count, Batches, ScalarType.Int64, Data.Images.device).mul(Data.Count).div(Count, RoundingMode.floor);
        return Scaling.Apply(Data.Gather(places).Images.to(Device)).MoveToOuterDisposeScope();
    }
}

namespace MLPipeline.Training.Datasets;

/// <summary>A data set in its two parts.</summary>
/// <param name="Name">Its name: <c>Fashion-MNIST</c>.</param>
/// <param name="Origin">Where it was found, as a sentence for people: a folder, or the sample that comes with the product.</param>
/// <param name="IsSample">Whether it is the small embedded sample rather than the whole.</param>
/// <param name="Train">To fit on.</param>
/// <param name="Test">To measure on.</param>
public sealed record ImageSplit(string Name, string Origin, bool IsSample, ImageDataset Train, ImageDataset Test) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}

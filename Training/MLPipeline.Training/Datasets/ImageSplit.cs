namespace MLPipeline.Training.Datasets;

/// <summary>A data set in its two parts.</summary>
/// <param name="Name">Its name: <c>Fashion-MNIST</c>.</param>
/// <param name="Origin">Where it was found, as a sentence for people: a folder, or the sample that comes with the product.</param>
/// <param name="IsSample">Whether it is the small embedded sample rather than the whole.</param>
/// <param name="Train">To fit on.</param>
/// <param name="Test">To measure on.</param>
public sealed record ImageSplit(string Name, string Origin, bool IsSample, ImageDataset Train, ImageDataset Test) : IDisposable
{
    /// <summary>The first images of each part, for a quick run, in memory of their own.</summary>
    /// <param name="trainCount">1 or more; none, or more than there are, takes all.</param>
    /// <param name="testCount">1 or more; none, or more than there are, takes all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public ImageSplit Take(int? trainCount, int? testCount) =>
        this with { Train = Train.Take(trainCount ?? Train.Count), Test = Test.Take(testCount ?? Test.Count) };

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}

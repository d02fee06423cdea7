namespace MLPipeline.Training.Tests;

public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(60000, 256, 234, 256, 257)]
    [InlineData(6000, 64, 93, 64, 65)]
    [InlineData(257, 256, 1, 257, 257)]
    [InlineData(130, 16, 8, 16, 17)]
    [InlineData(512, 256, 2, 256, 256)]
    [InlineData(5, 256, 1, 5, 5)]
    [InlineData(3, 2, 1, 3, 3)]
    public void Every_image_is_in_one_batch_and_batches_differ_by_one_at_most(int count, int batchSize, int steps, int smallest, int largest)
    {
        var plan = new BatchPlan(count, batchSize);

        var batches = Enumerable.Range(0, plan.Steps).Select(step => plan[step]).ToList();

        Assert.Equal(steps, batches.Count);
        Assert.Equal(0, batches[0].Start.Value);
        Assert.Equal(count, batches[^1].End.Value);
        Assert.All(batches.Zip(batches.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        var sizes = batches.ConvertAll(batch => batch.End.Value - batch.Start.Value);
        Assert.Equal((smallest, largest), (sizes.Min(), sizes.Max()));
    }
}

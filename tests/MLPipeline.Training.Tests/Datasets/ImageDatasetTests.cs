using MLPipeline.Training.Datasets;
using static TorchSharp.torch;

namespace MLPipeline.Training.Tests.Datasets;

public sealed class ImageDatasetTests
{
    [Fact]
    public void Gathers_a_batch_in_the_order_of_the_indices()
    {
        using var scope = NewDisposeScope();
        using var data = Numbered(5);

        var (images, labels) = data.Gather(tensor([4L, 0, 4]));

        Assert.Equal((ScalarType.Byte, ScalarType.Int64), (images.dtype, labels.dtype));
        Assert.Equal([3, 1, 1, 2], images.shape);
        Assert.Equal<byte>([4, 4, 0, 0, 4, 4], images.data<byte>());
        Assert.Equal([4L, 0, 4], labels.data<long>());
    }

    [Fact]
    public void Takes_the_first_images_in_memory_of_their_own()
    {
        using var all = new ImageSplit("n", "o", false, Numbered(5), Numbered(4));

        using var few = all.Take(trainCount: 2, testCount: null);
        all.Train.Images.zero_();

        Assert.Equal((2, 4), (few.Train.Count, few.Test.Count));
        Assert.Equal<byte>([0, 0, 1, 1], few.Train.Images.data<byte>());
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Take(0, null));
    }

    [Fact]
    public void Outlives_the_scope_it_was_made_in()
    {
        ImageDataset data;
        using (NewDisposeScope())
            data = Numbered(3);

        Assert.Equal([0L, 1, 2], data.Labels.data<long>());
        data.Dispose();
        Assert.True(data.Images.IsInvalid && data.Labels.IsInvalid);
    }

    [Fact]
    public void Refuses_other_types_and_shapes()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() => new ImageDataset("n", zeros(2, 1, 1, 1), zeros(2, int64), ["a"]));
        Assert.Throws<ArgumentException>(() => new ImageDataset("n", zeros(2, 1, 1, 1, uint8), zeros(3, int64), ["a"]));
    }

    private static ImageDataset Numbered(int count)
    {
        using var scope = NewDisposeScope();
        var numbers = arange(count, ScalarType.Int64);
        return new ImageDataset("numbers", numbers.to(ScalarType.Byte).view(count, 1, 1, 1).repeat(1, 1, 1, 2), numbers, ["any"]);
    }
}

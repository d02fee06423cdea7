using static TorchSharp.torch;

namespace MLPipeline.Models.Tests;

public sealed class ImageSizeTests
{
    [Fact]
    public void Every_network_takes_28_by_28_with_default_options() =>
        Assert.All(ModelCatalog.Entries, e => e.CheckImageSize(28, 28));

    [Theory]
    [InlineData("lenet", 32, 28, ImageStem.Small, "'lenet' takes images of 28x28 pixels only; these are 32x28")]
    [InlineData("densenet121", 8, 7, ImageStem.Small, "at least 8x8 pixels; these are 8x7. Resize them.")]
    [InlineData("densenet201", 28, 28, ImageStem.ImageNet, "at least 29x29 pixels; these are 28x28. Resize them, or use the small stem.")]
    public void Refuses_other_sizes_and_says_what_fits(string name, int height, int width, ImageStem stem, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => ModelCatalog.Find(name).CheckImageSize(height, width, stem));
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("densenet121", ImageStem.Small)]
    [InlineData("densenet121", ImageStem.ImageNet)]
    [InlineData("resnet18", ImageStem.Small)]
    [InlineData("resnet18", ImageStem.ImageNet)]
    [InlineData("d2l-resnet18", ImageStem.Small)]
    [InlineData("d2l-densenet", ImageStem.Small)]
    public void The_smallest_size_is_true(string name, ImageStem stem)
    {
        var entry = ModelCatalog.Find(name);
        using var scope = NewDisposeScope();
        using var network = entry.Create(new() { Stem = stem, Seed = 1 });
        network.eval();
        var least = entry.SmallestInput(stem);
        Assert.Equal([1, 10], network.call(zeros(1, 1, least, least)).shape);
        if (least > 1)
            Assert.ThrowsAny<Exception>(() => network.call(zeros(1, 1, least - 1, least - 1)));
    }
}

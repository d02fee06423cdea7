using TorchSharp;

namespace MLPipeline.Training.Tests;

public sealed class DeviceChoiceTests
{
    [Theory]
    [InlineData("cpu", true, DeviceType.CPU)]
    [InlineData("CPU", false, DeviceType.CPU)]
    [InlineData("auto", false, DeviceType.CPU)]
    [InlineData("auto", true, DeviceType.CUDA)]
    [InlineData("cuda", true, DeviceType.CUDA)]
    public void The_word_decides(string word, bool hasCuda, DeviceType device) =>
        Assert.Equal(device, DeviceChoice.Choose(word, () => hasCuda));

    [Fact]
    public void Cuda_without_it_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<ArgumentException>(() => DeviceChoice.Choose("cuda", () => false));

        Assert.Contains("-p:Accelerator=cuda", error.Message, StringComparison.Ordinal);
    }
}

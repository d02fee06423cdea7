using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests;

public sealed class InitializationTests
{
    private const long EnoughToMeasure = 20_000;

    [Theory]
    [InlineData("resnet18", 0)]
    [InlineData("resnet50", 0)]
    [InlineData("densenet121", 1)]
    public void Convolutions_are_normal_with_variance_two_by_fan(string name, int fanAxis)
    {
        using var network = ModelCatalog.Create(name, new() { Seed = 3 });
        var weights = network.modules().OfType<Conv2d>().Select(c => c.weight).Where(w => w.numel() >= EnoughToMeasure).ToList();
        Assert.True(weights.Count > 10);
        Assert.All(weights, w =>
        {
            var expected = Math.Sqrt(2.0 / (w.shape[fanAxis] * w.shape[2] * w.shape[3]));
            Assert.InRange(w.std().ToDouble() / expected, 0.97, 1.03);
            Assert.True(w.abs().max().ToDouble() > 3 * expected, "a normal distribution has tails");
        });
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("densenet121")]
    public void Batch_norms_start_as_identity(string name)
    {
        using var network = ModelCatalog.Create(name, new() { Seed = 3 });
        Assert.All(network.modules().OfType<BatchNorm2d>(), bn =>
        {
            Assert.True(bn.weight.eq(1).all().ToBoolean());
            Assert.True(bn.bias!.eq(0).all().ToBoolean());
        });
    }

    [Fact]
    public void Linear_layers_are_torchs_default_and_densenets_bias_is_zero()
    {
        using var resnet = ModelCatalog.Create("resnet18", new() { Seed = 3 });
        using var densenet = ModelCatalog.Create("densenet121", new() { Seed = 3 });
        AssertUniform(resnet.state_dict()["fc.weight"], 512);
        AssertUniform(densenet.state_dict()["classifier.weight"], 1024);
        Assert.True(resnet.state_dict()["fc.bias"].abs().max().ToDouble() > 0);
        Assert.True(densenet.state_dict()["classifier.bias"].eq(0).all().ToBoolean());
    }

    [Fact]
    public void Lenet_layers_are_torchs_default()
    {
        using var network = ModelCatalog.Create("lenet", new() { Seed = 3 });
        var state = network.state_dict();
        AssertUniform(state["conv2.weight"], 6 * 25);
        AssertUniform(state["fc1.weight"], 256);
        AssertUniform(state["fc1.bias"], 256);
    }

    // torch's default, kaiming_uniform with a = sqrt(5), is uniform within 1/sqrt(fan-in).
    private static void AssertUniform(Tensor values, double fanIn)
    {
        var bound = 1 / Math.Sqrt(fanIn);
        Assert.InRange(values.abs().max().ToDouble(), 0.95 * bound, bound * 1.0001);
        Assert.InRange(values.std().ToDouble() * Math.Sqrt(3) / bound, 0.9, 1.1);
    }
}

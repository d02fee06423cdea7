using MLPipeline.Models.Tests.Fixtures;

namespace MLPipeline.Models.Tests;

public sealed class TorchvisionStateTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("resnet152")]
    [InlineData("densenet121")]
    [InlineData("densenet161")]
    [InlineData("densenet169")]
    [InlineData("densenet201")]
    public void Keys_shapes_and_parameter_count_are_torchvisions_with_its_options(string name)
    {
        var expected = ExpectedNetwork.Read(name);
        using var network = ModelCatalog.Create(name, new() { Channels = 3, Classes = 1000, Stem = ImageStem.ImageNet });
        Assert.Equal(expected.State, StateDict.Print(network));
        Assert.Equal(expected.Parameters, network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData("resnet18", "conv1.weight 64x3x3x3", "conv1.weight 64x3x7x7")]
    [InlineData("densenet121", "features.conv0.weight 64x3x3x3", "features.conv0.weight 64x3x7x7")]
    public void Small_stem_changes_the_first_convolutions_kernel_and_no_other_entry(string name, string small, string imageNet)
    {
        using var network = ModelCatalog.Create(name, new() { Channels = 3, Classes = 1000 });
        var (state, expected) = (StateDict.Print(network), ExpectedNetwork.Read(name).State);
        Assert.Equal([small], state.Except(expected));
        Assert.Equal([imageNet], expected.Except(state));
    }

    // Counted in PyTorch on modules written from the description.
    [Theory]
    [InlineData("lenet", 44_426)]
    [InlineData("lenet-bn", 44_878)]
    [InlineData("d2l-resnet18", 11_178_378)]
    [InlineData("d2l-densenet", 758_226)]
    public void Parameter_count_is_the_published_one_when_torchvision_lacks_the_network(string name, long count) =>
        Assert.Equal(count, ModelCatalog.Find(name).ParameterCount);

    [Fact]
    public void Parameter_count_follows_the_options()
    {
        var entry = ModelCatalog.Find("lenet");
        Assert.Equal(entry.ParameterCount + 2 * 6 * 25 + 3 * 85, entry.CountParameters(new() { Channels = 3, Classes = 13 }));
    }
}

using MLPipeline.Models.ResNets;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Entries_are_the_published_networks_family_by_family()
    {
        Assert.Equal(
            [
                "d2l-densenet", "d2l-resnet18",
                "densenet121", "densenet161", "densenet169", "densenet201",
                "lenet", "lenet-bn",
                "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
            ],
            ModelCatalog.Entries.Select(e => e.Name));
        Assert.All(ModelCatalog.Entries, e => Assert.True(e.Description.Length is > 10 and < 110, e.Name));
    }

    [Fact]
    public void Find_does_not_mind_case() => Assert.Equal("resnet18", ModelCatalog.Find("ResNet18").Name);

    [Theory]
    [InlineData("resnet19", "Did you mean 'resnet18'?")]
    [InlineData("lenetbn", "Did you mean 'lenet-bn'?")]
    [InlineData("DenseNet-121", "Did you mean 'densenet121'?")]
    public void Find_names_the_closest_and_all_when_the_name_is_unknown(string name, string hint)
    {
        var error = Assert.Throws<UnknownModelException>(() => ModelCatalog.Find(name));
        Assert.Equal(name, error.Name);
        Assert.Contains($"'{name}'", error.Message);
        Assert.Contains(hint, error.Message);
        Assert.All(ModelCatalog.Entries, e => Assert.Contains(e.Name, error.Message));
    }

    [Fact]
    public void Find_guesses_nothing_when_no_name_is_near() =>
        Assert.DoesNotContain("Did you mean", Assert.Throws<UnknownModelException>(() => ModelCatalog.Find("transformer")).Message);

    [Theory]
    [InlineData(0, 10, "Channels must be 1 to 4096")]
    [InlineData(1, -2, "Classes must be 1 to 1000000")]
    public void Create_refuses_counts_outside_their_range(int channels, int classes, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => ModelCatalog.Create("lenet", new() { Channels = channels, Classes = classes }));
        Assert.Contains(message, error.Message);
        Assert.Equal(channels < 1 ? channels : classes, error.ActualValue);
    }

    [Fact]
    public void Create_refuses_a_stem_that_does_not_exist() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelCatalog.Create("resnet18", new() { Stem = (ImageStem)7 }));

    [Theory]
    [InlineData("lenet-bn")]
    [InlineData("d2l-resnet18")]
    public void Create_refuses_a_stem_for_a_network_that_has_its_own(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => ModelCatalog.Create(name, new() { Stem = ImageStem.ImageNet }));
        Assert.Contains($"'{name}' has a stem of its own", error.Message);
    }

    [Fact]
    public void Create_gives_the_same_weights_for_the_same_seed_and_others_for_another()
    {
        using var first = ModelCatalog.Create("resnet18", new() { Seed = 5 });
        using var same = ModelCatalog.Create("resnet18", new() { Seed = 5 });
        using var other = ModelCatalog.Create("resnet18", new() { Seed = 6 });
        var (a, b, c) = (first.state_dict(), same.state_dict(), other.state_dict());
        Assert.All(a, w => Assert.True(w.Value.eq(b[w.Key]).all().ToBoolean(), w.Key));
        Assert.All(a.Where(w => w.Value.dim() > 1), w => Assert.False(w.Value.eq(c[w.Key]).all().ToBoolean(), w.Key));
    }

    [Fact]
    public void Create_leaves_the_global_generator_as_it_was_when_seeded()
    {
        manual_seed(1);
        using var expected = rand(4);
        manual_seed(1);
        using var network = ModelCatalog.Create("lenet", new() { Seed = 9 });
        using var drawn = rand(4);
        Assert.Equal(expected.data<float>().ToArray(), drawn.data<float>().ToArray());
    }

    [Fact]
    public void Create_draws_from_the_global_generator_when_not_seeded()
    {
        using var state = get_rng_state();
        using var network = ModelCatalog.Create("lenet");
        using var after = get_rng_state();
        Assert.False(state.eq(after).all().ToBoolean());
    }

    [Fact]
    public void Networks_can_be_made_without_the_catalog()
    {
        using var network = new ResNet(new() { Channels = 3, Classes = 7 }, bottleneck: false, (1, 1, 1, 1));
        using var output = network.call(zeros(2, 3, 16, 16));
        Assert.Equal([2, 7], output.shape);
    }
}

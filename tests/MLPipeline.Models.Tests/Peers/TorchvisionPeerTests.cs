using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests.Peers;

/// <summary>Compares with torchvision itself where the host has it. Leave out: <c>--filter-not-trait Category=Peer</c>.</summary>
[Trait("Category", "Peer")]
public sealed class TorchvisionPeerTests(TorchvisionOutputs torchvision) : IClassFixture<TorchvisionOutputs>
{
    public static TheoryData<string> Networks => [.. TorchvisionOutputs.Networks];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Outputs_equal_torchvisions_when_weights_do(string name)
    {
        Assert.SkipWhen(torchvision.WhyNot is not null, torchvision.WhyNot ?? "");
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var tensors = torchvision.Read(name);
        tensors.Remove("input", out var input);
        tensors.Remove("output", out var expected);
        using var network = ModelCatalog.Create(name, new() { Channels = 3, Stem = ImageStem.ImageNet });
        var (missing, unexpected) = network.load_state_dict(tensors, strict: false);
        Assert.Empty(unexpected);
        Assert.All(missing, key => Assert.EndsWith(".num_batches_tracked", key));
        network.eval();

        var output = network.call(input!);

        var scale = Math.Max(1, expected!.abs().max().ToDouble());
        Assert.True(expected.std().ToDouble() > 0.01, "the outputs are too alike to tell anything");
        Assert.InRange((output - expected).abs().max().ToDouble() / scale, 0, 1e-5);
    }
}

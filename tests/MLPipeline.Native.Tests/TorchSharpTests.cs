using TorchSharp;

namespace MLPipeline.Native.Tests;

/// <summary>Also run in processes of its own by <see cref="TorchNativeTests"/>, with caches in every state.</summary>
public class TorchSharpTests
{
    [Fact]
    public void TorchSharp_computes_with_nothing_done_by_hand() =>
        Assert.Equal([3f, 3f], torch.ones(2, 3).mm(torch.ones(3, 1)).data<float>().ToArray());
}

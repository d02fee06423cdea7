using TorchSharp;

namespace MLPipeline.Native.Tests;

public class TorchNativeTests
{
    [Fact]
    public void TorchSharp_computes_with_nothing_done_by_hand() => Assert.Equal(4f, torch.ones(2, 2).sum().item<float>());
}

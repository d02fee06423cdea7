using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models;

/// <summary>First weights that differ from torch's defaults.</summary>
internal static class Initialization
{
    /// <summary>Every convolution's weights normal with variance 2/fan: He et al., arXiv:1502.01852.</summary>
    public static void KaimingNormal(Module network, init.FanInOut mode)
    {
        foreach (var convolution in network.modules().OfType<Conv2d>())
            init.kaiming_normal_(convolution.weight, mode: mode, nonlinearity: init.NonlinearityType.ReLU);
    }
}

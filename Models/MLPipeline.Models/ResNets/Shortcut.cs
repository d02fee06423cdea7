using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.ResNets;

/// <summary>The way around a residual block.</summary>
internal static class Shortcut
{
    /// <summary>A 1x1 convolution and batch norm where the block changes the shape; null where the input goes round as it is.</summary>
    public static Sequential? Create(int inputs, int outputs, int stride) => stride == 1 && inputs == outputs
        ? null
        : Sequential(Conv2d(inputs, outputs, 1, stride: stride, bias: false), BatchNorm2d(outputs));
}

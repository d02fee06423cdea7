using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.D2l;

/// <summary>How both teaching networks begin.</summary>
internal static class D2lStem
{
    public const int Width = 64;

    public static Sequential Create(int channels) => Sequential(
        ("conv", Conv2d(channels, Width, 7, stride: 2, padding: 3)),
        ("bn", BatchNorm2d(Width)),
        ("relu", ReLU(inplace: true)),
        ("pool", MaxPool2d(3, stride: 2, padding: 1)));
}

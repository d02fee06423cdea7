using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>Where a network trains: the words that people say, and the device that follows.</summary>
public static class DeviceChoice
{
    /// <summary>The words: <c>cpu</c>, <c>cuda</c>, <c>auto</c> (cuda where there is one, else cpu).</summary>
    public static IReadOnlyList<string> Names { get; } = ["cpu", "cuda", "auto"];

    /// <summary>The device for a word.</summary>
    /// <param name="name">One of <see cref="Names"/>, whatever the case.</param>
    /// <exception cref="ArgumentException">Another word; or cuda, and this process has none.</exception>
    public static Device Parse(string name) => device(Choose(name, cuda.is_available));

    internal static DeviceType Choose(string name, Func<bool> hasCuda) => name.ToLowerInvariant() switch
    {
        "cpu" => DeviceType.CPU,
        "auto" => hasCuda() ? DeviceType.CUDA : DeviceType.CPU,
        "cuda" => hasCuda()
            ? DeviceType.CUDA
            : throw new ArgumentException(
                "The device 'cuda' was asked for, and libtorch sees none: build with -p:Accelerator=cuda and check the driver with nvidia-smi, or say cpu or auto."),
        _ => throw new ArgumentException($"The device '{name}' is unknown: say {string.Join(", ", Names)}."),
    };
}

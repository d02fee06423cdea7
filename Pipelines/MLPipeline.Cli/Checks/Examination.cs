using MLPipeline.Cli.Images;
using MLPipeline.Cli.Output;
using MLPipeline.Inference;
using MLPipeline.Native.Diagnosis;
using MLPipeline.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Checks;

/// <summary>Really loads and uses each native library; a failure becomes its cause and remedy.</summary>
internal static class Examination
{
    /// <summary>Tries everything.</summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>auto</c>.</param>
    /// <param name="provider">The same for ONNX Runtime.</param>
    public static IReadOnlyList<Check> Run(string device, ExecutionProvider provider) =>
    [
        Try("TorchSharp", Torch),
        Try("TorchSharp's device", () => TorchDevice(device)),
        Try("ONNX Runtime", () => Onnx(provider)),
        Try("ML.NET", () => $"version {Software.MLNet}"),
        Try("SkiaSharp", Skia),
    ];

    /// <summary>Tries one thing.</summary>
    internal static Check Try(string name, Func<string> attempt)
    {
        try
        {
            return new Check(name, true, attempt());
        }
        catch (Exception failure)
        {
            // Whatever it is, it is what the user came to hear.
            return LoadFailures.Explain(failure, HostFacts.Read()) is { } known
                ? new Check(name, false, known.Cause, known.Remedy)
                : new Check(name, false, $"{failure.GetType().Name}: {failure.Message}", "This failure is not known yet: please report it with this output.");
        }
    }

    private static string Torch()
    {
        using var matrix = ones(2, 2);
        using var product = matrix.matmul(matrix);
        using var sum = product.sum();
        if (sum.ToDouble() != 8)
            throw new InvalidOperationException($"libtorch computes {sum.ToDouble()} where 8 is right.");
        var host = HostFacts.Read();
        var help = host.Torch is { } load ? $"; loaded from a copy for this host's older libstdc++: {load.Loaded}" : "";
        return $"version {Software.TorchSharp}, {Figures.Many(get_num_threads(), "thread")}{help}";
    }

    private static string TorchDevice(string device)
    {
        if (device.Equals("cuda", StringComparison.OrdinalIgnoreCase) && !cuda.is_available())
            throw new InvalidOperationException(CarriesCuda() ? "no NVIDIA driver or device is visible to libtorch." : "libtorch was not compiled with CUDA.");
        var used = DeviceChoice.Parse(device);
        using var there = ones(2, 2, device: used);
        return used.type == DeviceType.CUDA ? $"{there.device}, of {cuda.device_count()}" : $"{there.device}; CUDA: {(cuda.is_available() ? "there" : "none")}";
    }

    private static bool CarriesCuda() => HostFacts.Read().LibTorch is { } torch
        && File.Exists(Path.Combine(Path.GetDirectoryName(torch)!, OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so"));

    private static string Onnx(ExecutionProvider provider)
    {
        var (version, used) = ModelCheck.Run(provider);
        return $"version {version}, runs on {used.ToString().ToUpperInvariant()}";
    }

    private static string Skia()
    {
        var png = new Picture([0, 255, 128, 64], 1, 2, 2).ToPng();
        return $"version {SkiaSharp.SkiaSharpVersion.Native}, wrote a PNG of {png.Length} bytes";
    }
}

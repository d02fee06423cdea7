using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace MLPipeline.Benchmarks.Measuring;

/// <summary>What the numbers were measured on.</summary>
/// <param name="Processor">Its name and the threads this process may use.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="TorchSharp">TorchSharp's version.</param>
/// <param name="OnnxRuntime">ONNX Runtime's version.</param>
/// <param name="Load">How many processes wanted to run in the minute before, where the system tells: above the threads, others were at work.</param>
internal sealed record Machine(string Processor, string System, string Runtime, string TorchSharp, string OnnxRuntime, string? Load)
{
    /// <summary>Reads the facts now.</summary>
    public static Machine Read() => new(
        $"{ProcessorName()}{Environment.ProcessorCount} threads",
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Version(typeof(torch)),
        OrtEnv.Instance().GetVersionString(),
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Processor}; {System}; {Runtime}; TorchSharp {TorchSharp}; ONNX Runtime {OnnxRuntime}" + (Load is null ? "" : $"; load {Load}");

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', '-')[0];

    private static string ProcessorName()
    {
        const string Facts = "/proc/cpuinfo";
        if (!File.Exists(Facts))
            return "";
        var line = File.ReadLines(Facts).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "" : $"{line[(line.IndexOf(':') + 1)..].Trim()}, ";
    }
}

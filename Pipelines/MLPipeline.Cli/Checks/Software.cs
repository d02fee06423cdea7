using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using MLPipeline.Native.Diagnosis;
using TorchSharp;

namespace MLPipeline.Cli.Checks;

/// <summary>The machine and the versions of what runs on it, as people read them.</summary>
internal static class Software
{
    /// <summary>For example <c>Debian GNU/Linux 12 (bookworm), x64, glibc 2.36, libstdc++ 3.4.30</c>.</summary>
    public static string System { get; } = Describe(HostFacts.Read());

    /// <summary>For example <c>.NET 10.0.1</c>.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>The processor's name, where the system tells it, and the threads this process may use.</summary>
    public static string Processor { get; } = $"{ProcessorName()}{Environment.ProcessorCount} threads";

    /// <summary>For example <c>0.107.0</c>.</summary>
    public static string TorchSharp { get; } = Version(typeof(torch));

    /// <summary>For example <c>5.0.1</c>.</summary>
    public static string MLNet { get; } = Version(typeof(MLContext));

    private static string Describe(HostFacts host) => string.Join(", ", new[]
    {
        host.OperatingSystem,
        host.Architecture.ToString().ToLowerInvariant(),
        host.Glibc is { } glibc ? $"glibc {glibc}" : null,
        host.NewestGlibCxx is { } newest ? $"libstdc++ {newest}" : null,
    }.OfType<string>());

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', '-')[0]
        ?? type.Assembly.GetName().Version!.ToString(3);

    private static string ProcessorName()
    {
        const string Facts = "/proc/cpuinfo";
        if (!File.Exists(Facts))
            return "";
        var line = File.ReadLines(Facts).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "" : $"{line[(line.IndexOf(':') + 1)..].Trim()}, ";
    }
}

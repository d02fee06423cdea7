using System.Reflection;
using System.Runtime.InteropServices;
using MLPipeline.Native.Loading;

namespace MLPipeline.Native.Diagnosis;

/// <summary>What of this host and application decides whether native libraries load.</summary>
/// <param name="OperatingSystem">E.g. <c>Debian GNU/Linux 12 (bookworm)</c>.</param>
/// <param name="Architecture">The process's, e.g. X64.</param>
/// <param name="Glibc">The GNU C library's version; null on other systems and for other C libraries.</param>
/// <param name="LibStdCxx">The file of the C++ runtime, links resolved; null outside Linux or when there is none.</param>
/// <param name="NewestGlibCxx">The newest <c>GLIBCXX_</c> version that file defines, e.g. 3.4.30.</param>
/// <param name="LibTorch">The libtorch the application carries; null when it carries none.</param>
/// <param name="Loaded">The native libraries of training and scoring in this process now, and those they depend on; Linux only.</param>
/// <param name="Torch">How TorchSharp's library was helped to load; null when it needed no help, or was not asked for yet.</param>
public sealed record HostFacts(
    string OperatingSystem,
    Architecture Architecture,
    Version? Glibc,
    string? LibStdCxx,
    Version? NewestGlibCxx,
    string? LibTorch,
    IReadOnlyList<string> Loaded,
    TorchLoad? Torch)
{
    private static readonly string[] Interesting =
        ["torch", "c10", "onnxruntime", "gomp", "cuda", "cudnn", "cublas", "nvrtc", "stdc++", "libc.so"];

    /// <summary>Reads them now. Loads nothing but the host's libstdc++.</summary>
    public static HostFacts Read()
    {
        var linux = System.OperatingSystem.IsLinux();
        if (linux)
            NativeLibrary.TryLoad("libstdc++.so.6", out _);
        return new HostFacts(
            RuntimeInformation.OSDescription,
            RuntimeInformation.ProcessArchitecture,
            Loading.Glibc.Version,
            linux ? HostLibraries.OfProcess.PathOf("libstdc++.so.6") : null,
            linux ? Newest(HostLibraries.OfProcess.VersionsOf("libstdc++.so.6"), "GLIBCXX_") : null,
            NativeFolders.Find(Assembly.GetEntryAssembly(), LibTorchFileName()),
            linux ? Mapped() : [],
            TorchNative.Current);
    }

    private static string LibTorchFileName() =>
        System.OperatingSystem.IsWindows() ? "torch.dll" : System.OperatingSystem.IsMacOS() ? "libtorch.dylib" : "libtorch.so";

    private static Version? Newest(IEnumerable<string> versions, string family) => versions
        .Where(version => version.StartsWith(family, StringComparison.Ordinal))
        .Select(version => Version.TryParse(version[family.Length..], out var number) ? number : null)
        .Max();

    private static string[] Mapped() => [.. File.ReadLines("/proc/self/maps")
        .Where(line => line.Contains('/'))
        .Select(line => line[line.IndexOf('/')..])
        .Where(path => path.Contains(".so", StringComparison.Ordinal)
            && Interesting.Any(part => Path.GetFileName(path).Contains(part, StringComparison.OrdinalIgnoreCase)))
        .Distinct()
        .Order(StringComparer.Ordinal)];
}

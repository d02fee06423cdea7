using System.Text.RegularExpressions;

namespace MLPipeline.Native.Diagnosis;

/// <summary>The known failures. The first row whose pattern occurs in the text explains it, so the specific stand before the general.</summary>
internal static class LoadFailureTable
{
    /// <summary>TorchSharp 0.107's own library asks for it; libtorch 2.10 alone is content with 2.29.</summary>
    private static readonly Version OldestGlibc = new(2, 34);

    private const string NewerHost = "Run on a newer system (Debian 12, Ubuntu 22.04, RHEL 9 or later), or in a container of one.";

    private const string CudaVersions =
        "ONNX Runtime 1.19 to 1.26 wants CUDA 12 and cuDNN 9, 1.27 and later CUDA 13; put them on the library search path, or score on the CPU.";

    public sealed record Row(string Pattern, Func<Match, HostFacts, Finding> Explain);

    public static IReadOnlyList<Row> Rows { get; } =
    [
        Fixed("musl", "Error relocating |Error loading shared library ld-linux",
            "This system's C library is musl (Alpine); libtorch and ONNX Runtime are built for glibc.",
            "Run in a Debian- or Ubuntu-based image instead."),
        Fixed("version-used", @"uses (.+?) of (\S+), which this host's (.+?) \(",
            "TorchSharp's library uses $2, and this host's $3 is older than that.", NewerHost),
        Fixed("no-copy-folder", "no folder will do",
            "TorchSharp's library must be copied for this host, and neither the cache nor the temporary folder can hold or run the copy.",
            "Set XDG_CACHE_HOME to a folder that this user can write to and that is not mounted noexec."),
        Fixed("glibc-too-old", @"version [`']GLIBC_([\d.]+)' not found", "A native library needs glibc $1, and this host's is older.", NewerHost),
        Fixed("libstdc++-too-old", @"version [`']((?:GLIBCXX|CXXABI)_[\d.]+)' not found",
            "A native library needs $1, which this host's libstdc++ does not define.",
            "Reference MLPipeline.Native and call TorchNative.Register() before TorchSharp's first use, or install a newer libstdc++."),
        Fixed("torchsharp-clash", @"(?:TypeLoad|Missing\w+|FileLoad)Exception: [^\n]*TorchSharp",
            "Two packages want different versions of TorchSharp (Microsoft.ML.TorchSharp is bound to one minor version of it).",
            "Keep Microsoft.ML.TorchSharp out of this process, or reference the one TorchSharp version that both accept."),
        Fixed("onnxruntime-without-cuda",
            "entry point named '?OrtSessionOptionsAppendExecutionProvider_CUDA|EntryPointNotFoundException[^\n]*_CUDA"
            + "|CUDA execution provider is (?:either )?not (?:enabled|supported)",
            "This application carries the CPU build of ONNX Runtime.",
            "Build with -p:Accelerator=cuda (package Microsoft.ML.OnnxRuntime.Gpu), or score on the CPU."),
        Fixed("cuda-library-missing",
            @"((?:lib)?(?:cublas|cudart|cudnn|cufft|curand|cusparse|cusolver|nvrtc)[\w.-]*?\.(?:so|dll)[\w.]*)\S*:? "
            + "(?:cannot open shared object file|which is missing)",
            "CUDA's $1 is not found: not installed, of another major version, or not on the library search path.", CudaVersions),
        Fixed("cuda-provider-refused", "error (?:code )?126[^\n]*onnxruntime_providers_cuda|Failed to load[^\n]*onnxruntime_providers_cuda",
            "ONNX Runtime's CUDA provider does not load: CUDA or cuDNN is missing or of another major version.", CudaVersions),
        Fixed("onnxruntime-versions-differ", @"requested API version \[(\d+)\] is not available",
            "The managed part of ONNX Runtime (API $1) is newer than the native library beside it.",
            "Give Microsoft.ML.OnnxRuntime.Managed and the native package (Microsoft.ML.OnnxRuntime or .Gpu) the same version."),
        Fixed("onnxruntime-missing", "Unable to load (?:shared library|DLL) 'onnxruntime(?:\\.dll)?'",
            "This application carries no ONNX Runtime for this system.",
            "Reference Microsoft.ML.OnnxRuntime (or .Gpu) in the executable; libraries reference only its managed part."),
        Fixed("libgomp-missing", @"(libgomp[\w.-]*): cannot open shared object file",
            "$1, libtorch's OpenMP runtime, is missing.",
            "Publish again: every file of libtorch's runtimes folder must lie beside libtorch.so; for plain libgomp.so.1 install package libgomp1."),
        Fixed("torch-without-cuda", "not (?:compiled|linked) with CUDA|without ATen_cuda|contain a reference to libtorch-cuda",
            "This application carries the CPU build of libtorch.",
            "Build with -p:Accelerator=cuda (package TorchSharp-cuda-linux or -windows), or train with --device cpu."),
        Fixed("no-nvidia-driver", "no NVIDIA driver|driver version is insufficient|no CUDA-capable device|CUDA failure (?:35|100)\\b",
            "No usable NVIDIA driver or device is visible to this process.",
            "Check nvidia-smi; update the driver, start the container with its GPUs, or choose the CPU."),
        Fixed("no-exec", "failed to map segment from shared object",
            "A native library lies on a file system that is mounted noexec.",
            "Move the application, or XDG_CACHE_HOME, to a file system that libraries may be loaded from."),
        Fixed("static-tls", @"(\S+): cannot allocate memory in static TLS block",
            "$1 was loaded too late to get its thread-local storage.", "Start the process with LD_PRELOAD set to that file."),
        Fixed("damaged-library", "invalid ELF header|wrong ELF class|file too short|is not an ELF file|is cut short|BadImageFormatException",
            "A native library is damaged or for another processor architecture.",
            "Delete the output folder and the package from the NuGet cache, restore, and build for this machine's architecture."),
        new("contain a reference to libtorch|Unable to load (?:shared library|DLL) 'LibTorchSharp'", LibTorch),
        Fixed("library-missing", @"(\S+): cannot open shared object file", "$1, which a native library depends on, is not found.",
            "Install the package that holds it, or put its folder on LD_LIBRARY_PATH."),
    ];

    private static Row Fixed(string name, string pattern, string cause, string remedy) =>
        new(pattern, (match, _) => new Finding(name, match.Result(cause), remedy));

    /// <summary>TorchSharp says the package is missing whenever its library did not load; the host's facts tell which it is.</summary>
    private static Finding LibTorch(Match match, HostFacts host)
    {
        if (host.Glibc < OldestGlibc)
            return new Finding("glibc-too-old", $"TorchSharp needs glibc {OldestGlibc}, and this host's is {host.Glibc}.", NewerHost);
        return host.LibTorch is null
            ? new Finding(
                "libtorch-missing",
                "This application carries no libtorch for this system.",
                "Reference one libtorch package in the executable: libtorch-cpu-linux-x64, -win-x64 or -osx-arm64, or TorchSharp-cuda-linux or -windows.")
            : new Finding(
                "libtorch-refused",
                $"The application carries {host.LibTorch}, and this host refused it or a library it depends on.",
                OperatingSystem.IsLinux()
                    ? $"Run ldd on the .so files in {Path.GetDirectoryName(host.LibTorch)} and install what it calls \"not found\"."
                    : "Install the current Visual C++ redistributable (Windows), and rebuild the output folder.");
    }
}

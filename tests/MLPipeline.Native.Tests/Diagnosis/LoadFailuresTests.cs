using System.Runtime.InteropServices;
using MLPipeline.Native.Diagnosis;

namespace MLPipeline.Native.Tests.Diagnosis;

public class LoadFailuresTests
{
    private static readonly HostFacts Host =
        new("Debian", Architecture.X64, new Version(2, 36), "/usr/lib/libstdc++.so.6.0.30", new Version(3, 4, 30), null, [], null);

    private const string TorchSaysMissing =
        "NotSupportedException: This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64, Version=2.10.0.0.";

    /// <summary>Texts as the loaders and runtimes print them, and the finding's name and a part of its cause or remedy.</summary>
    public static TheoryData<string, string, string> Known => new()
    {
        { "libtorch_cpu.so: Error relocating /app/libtorch_cpu.so: __sprintf_chk: symbol not found", "musl", "Alpine" },
        {
            "Failed: /app/libLibTorchSharp.so uses _ZX of GLIBC_2.34, which this host's /lib/libc-2.31.so (libc.so.6) does not have.",
            "version-used", "uses GLIBC_2.34, and this host's /lib/libc-2.31.so"
        },
        { TorchSaysMissing + "\n native library must be copied for this host, and no folder will do: Read-only", "no-copy-folder", "XDG_CACHE_HOME" },
        { "/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.29' not found (required by /app/libtorch_cpu.so)", "glibc-too-old", "glibc 2.29" },
        {
            "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)",
            "libstdc++-too-old", "needs GLIBCXX_3.4.32"
        },
        {
            "MissingMethodException: Method not found: 'TorchSharp.Modules.Linear TorchSharp.torch/nn.Linear(Int64, Int64)'.",
            "torchsharp-clash", "Microsoft.ML.TorchSharp"
        },
        {
            "TypeLoadException: Could not load type 'TorchSharp.Modules.Sequential' from assembly 'TorchSharp, Version=0.107.0.0'.",
            "torchsharp-clash", "Microsoft.ML.TorchSharp"
        },
        {
            "FileLoadException: Could not load file or assembly 'TorchSharp, Version=0.102.5.0'. The located assembly's manifest differs.",
            "torchsharp-clash", "Microsoft.ML.TorchSharp"
        },
        {
            "EntryPointNotFoundException: Unable to find an entry point named 'OrtSessionOptionsAppendExecutionProvider_CUDA' in shared library 'onnxruntime'.",
            "onnxruntime-without-cuda", "Microsoft.ML.OnnxRuntime.Gpu"
        },
        { "[ErrorCode:Fail] CUDA execution provider is not enabled in this build. ", "onnxruntime-without-cuda", "-p:Accelerator=cuda" },
        {
            "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file",
            "cuda-library-missing", "libcublasLt.so.12 is not found"
        },
        {
            "LoadLibrary failed with error 126 \"\" when trying to load \"C:\\app\\onnxruntime_providers_cuda.dll\"",
            "cuda-provider-refused", "CUDA 12 and cuDNN 9"
        },
        { "The requested API version [31] is not available, only API versions [1, 26] are supported in this build.", "onnxruntime-versions-differ", "API 31" },
        {
            "DllNotFoundException: Unable to load shared library 'onnxruntime' or one of its dependencies.\n/app/onnxruntime.so: cannot open shared object file",
            "onnxruntime-missing", "Microsoft.ML.OnnxRuntime"
        },
        { "DllNotFoundException: libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory", "libgomp-missing", "libgomp-98b21ff3.so.1" },
        { "ExternalException: Torch not compiled with CUDA enabled", "torch-without-cuda", "--device cpu" },
        { "doesn't contain a reference to libtorch-cuda-12.8-linux-x64, Version=2.10.0.0.", "torch-without-cuda", "TorchSharp-cuda-linux" },
        { "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version", "no-nvidia-driver", "nvidia-smi" },
        { "/tmp/x.so: failed to map segment from shared object", "no-exec", "noexec" },
        { "/app/libgomp.so.1: cannot allocate memory in static TLS block", "static-tls", "/app/libgomp.so.1" },
        { "DllNotFoundException: /app/libtorch.so: file too short", "damaged-library", "restore" },
        { TorchSaysMissing, "libtorch-missing", "libtorch-cpu-linux-x64" },
        { "DllNotFoundException: Unable to load shared library 'LibTorchSharp' or one of its dependencies.", "libtorch-missing", "libtorch" },
        { "DllNotFoundException: libfoo.so.3: cannot open shared object file: No such file or directory", "library-missing", "libfoo.so.3" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void A_known_text_has_one_cause_and_one_remedy(string text, string name, string part)
    {
        var finding = LoadFailures.Explain(text, Host);

        Assert.NotNull(finding);
        Assert.Equal(name, finding.Name);
        Assert.Contains(part, finding.Cause + " " + finding.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("$", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_the_table_is_reached_by_a_known_text()
    {
        var reached = Known.Select(known => LoadFailures.Explain(known.Data.Item1, Host)!.Name).Distinct();

        Assert.Equal(LoadFailureTable.Rows.Count, reached.Count());
    }

    [Fact]
    public void An_unknown_text_has_no_finding() => Assert.Null(LoadFailures.Explain("The disk is full.", Host));

    [Theory]
    [InlineData("2.31", null, "glibc-too-old")]
    [InlineData("2.36", null, "libtorch-missing")]
    [InlineData("2.36", "/app/libtorch.so", "libtorch-refused")]
    public void A_library_TorchSharp_calls_missing_is_told_from_one_the_host_refuses(string glibc, string? libtorch, string name) =>
        Assert.Equal(name, LoadFailures.Explain(TorchSaysMissing, Host with { Glibc = Version.Parse(glibc), LibTorch = libtorch })!.Name);

    [Fact]
    public void Causes_inside_an_exception_are_read_and_the_specific_one_wins()
    {
        var inner = new DllNotFoundException("/lib/libc.so.6: version `GLIBC_2.38' not found");
        var failure = new AggregateException(new TypeInitializationException("TorchSharp.torch", new NotSupportedException(TorchSaysMissing, inner)));

        Assert.Equal("glibc-too-old", LoadFailures.Explain(failure, Host)!.Name);
    }

    [Fact]
    public void A_failure_this_host_really_gives_is_known()
    {
        var failure = Assert.ThrowsAny<Exception>(() => NativeLibrary.Load("libno-such-library.so.9"));

        Assert.Equal(OperatingSystem.IsLinux() ? "library-missing" : null, LoadFailures.Explain(failure, Host)?.Name);
    }
}

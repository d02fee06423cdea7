using System.Text.Json;

namespace MLPipeline.Native.Tests.Accelerator;

public class AcceleratorTests(PackageLists lists) : IClassFixture<PackageLists>
{
    private static readonly string[] Executables =
    [
        "MLPipeline.Cli", "MLPipeline.Cli.Tests", "MLPipeline.Models.Tests", "MLPipeline.Training.Tests",
        "MLPipeline.Export.Tests", "MLPipeline.Native.Tests",
    ];

    [Theory]
    [InlineData("cpu-linux", "libtorch-cpu-linux-x64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cpu-win", "libtorch-cpu-win-x64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cpu-osx", "libtorch-cpu-osx-arm64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cuda-linux", "TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("cuda-win", "TorchSharp-cuda-windows", "Microsoft.ML.OnnxRuntime.Gpu")]
    public void Executables_carry_exactly_one_libtorch_and_one_onnx_runtime(string @case, string libtorch, string onnxRuntime)
    {
        var native = lists.Rows.Where(row => row.Case == @case && IsNative(row.Package)).ToLookup(row => row.Project, row => row.Package);

        Assert.All(Executables, project => Assert.Equal(libtorch, Assert.Single(native[project], package => !package.Contains("Onnx"))));
        Assert.Equal(onnxRuntime, Assert.Single(native["MLPipeline.Cli"], package => package.Contains("Onnx")));
        Assert.All(native, project => Assert.All(project, package => Assert.Contains(package, new[] { libtorch, onnxRuntime })));
    }

    [Fact]
    public void Libraries_reference_no_native_package()
    {
        var libraries = lists.Rows.Where(row => row.Project is not ("MLPipeline.Cli" or "MLPipeline.Benchmarks") && !row.Project.EndsWith("Tests", StringComparison.Ordinal));

        Assert.Contains(libraries, row => row is { Project: "MLPipeline.Training", Package: "TorchSharp" });
        Assert.DoesNotContain(libraries, row => IsNative(row.Package));
    }

    [Theory]
    [InlineData("cpu", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cuda", "Microsoft.ML.OnnxRuntime.Gpu")]
    public async Task The_managed_part_of_onnx_runtime_has_the_native_parts_version(string accelerator, string native)
    {
        var (exitCode, output) = await MSBuildRun.Of(
            "Inference/MLPipeline.Inference/MLPipeline.Inference.csproj", $"-p:Accelerator={accelerator}", "-getItem:PackageVersion");

        Assert.True(exitCode == 0, output);
        using var document = JsonDocument.Parse(output);
        var versions = document.RootElement.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .ToDictionary(item => item.GetProperty("Identity").GetString()!, item => item.GetProperty("Version").GetString()!);
        Assert.Equal(versions[native], versions["Microsoft.ML.OnnxRuntime.Managed"]);
    }

    [Theory]
    [InlineData("rocm", "linux", "Accelerator is 'rocm'; say -p:Accelerator=cpu (the default) or -p:Accelerator=cuda.")]
    [InlineData("cuda", "osx", "There is no libtorch with CUDA for 'osx'")]
    public async Task An_impossible_choice_is_an_error_that_names_it(string accelerator, string platform, string expected)
    {
        var (exitCode, output) = await MSBuildRun.Of(
            "Pipelines/MLPipeline.Cli/MLPipeline.Cli.csproj",
            "-t:CollectPackageReferences", $"-p:Accelerator={accelerator}", $"-p:NativePlatform={platform}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    private static bool IsNative(string package) =>
        package.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase)
        || package.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase)
        || package is "Microsoft.ML.OnnxRuntime" or "Microsoft.ML.OnnxRuntime.Gpu";
}

using System.Text.Json;
using MLPipeline.Cli.Checks;
using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task Everything_works_on_this_machine()
    {
        var outcome = await Shell.RunAsync("doctor", "--device", "cpu", "--json");

        var result = JsonDocument.Parse(outcome.LastLine).RootElement;
        Assert.True(result.GetProperty("healthy").GetBoolean(), outcome.Output);
        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        var checks = result.GetProperty("checks").EnumerateArray()
            .ToDictionary(check => check.GetProperty("name").GetString()!, check => check.GetProperty("detail").GetString()!);
        Assert.Contains("runs on CPU", checks["ONNX Runtime"]);
        Assert.Contains("cpu", checks["TorchSharp's device"]);
        Assert.Contains("wrote a PNG", checks["SkiaSharp"]);
    }

    [Fact]
    public async Task Cuda_that_is_not_there_fails_with_cause_and_remedy()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "This machine has CUDA.");

        var outcome = await Shell.RunAsync("doctor", "--device", "cuda");

        Assert.Equal(ExitCode.Error, outcome.ExitCode);
        Assert.Contains("FAILED  TorchSharp's device", outcome.Output);
        Assert.Contains("-p:Accelerator=cuda", outcome.Output);
    }

    [Fact]
    public void A_known_failure_becomes_one_cause_and_one_remedy()
    {
        var check = Examination.Try("ONNX Runtime", () =>
            throw new DllNotFoundException("Unable to load shared library 'onnxruntime' or one of its dependencies."));

        Assert.False(check.Works);
        Assert.Contains("carries no ONNX Runtime", check.Detail);
        Assert.Contains("Microsoft.ML.OnnxRuntime", check.Remedy);
    }

    [Fact]
    public void An_unknown_failure_keeps_its_words()
    {
        var check = Examination.Try("anything", () => throw new InvalidOperationException("the moon is full"));

        Assert.Contains("the moon is full", check.Detail);
        Assert.Contains("report", check.Remedy);
    }
}

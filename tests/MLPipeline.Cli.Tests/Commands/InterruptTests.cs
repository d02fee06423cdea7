using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

/// <summary>Ctrl-C, in a process of its own.</summary>
public sealed class InterruptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ctrl_C_saves_and_exits_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGINT is sent with kill.");

        var outcome = await BuiltProcess.InterruptAsync(
            "epoch  1/", "train", "--sample", "--train-count", "600", "--test-count", "100", "--epochs", "100000", "--output", _folder.Path);

        Assert.Equal(ExitCode.Cancelled, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Contains("stopped and saved", outcome.Error);
        // What was saved is whole: it can be exported.
        var export = await Shell.RunAsync("export", _folder["lenet-bn", "last.checkpoint"], "--output", _folder["stopped.onnx"]);
        Assert.Equal(ExitCode.Ok, export.ExitCode);
    }
}

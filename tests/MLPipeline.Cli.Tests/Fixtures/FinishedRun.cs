using System.Text.Json;

namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>One small run of the built executable, which several tests look at.</summary>
public sealed class FinishedRun : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    internal Shell.Outcome Outcome { get; private set; } = null!;

    internal JsonElement Result { get; private set; }

    public string Artifact(string name) => _folder["lenet-bn", name];

    public async ValueTask InitializeAsync()
    {
        Outcome = await BuiltProcess.RunAsync(
            "run", "--sample", "--train-count", "1000", "--test-count", "600", "--epochs", "2", "--json", "--output", _folder.Path);
        Assert.True(Outcome.ExitCode == ExitCode.Ok, Outcome.Error);
        Result = JsonDocument.Parse(Outcome.LastLine).RootElement;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

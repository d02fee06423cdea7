using System.Text.Json;
using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class CoverageCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_list_is_written_and_counted()
    {
        var outcome = await Shell.RunAsync("coverage", "--output", _folder["COVERAGE.md"], "--json");

        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        var modules = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("modules").EnumerateArray().ToList();
        Assert.Equal("exported", modules.Single(m => m.GetProperty("name").GetString() == "LSTM").GetProperty("status").GetString());
        var list = await File.ReadAllTextAsync(_folder["COVERAGE.md"], TestContext.Current.CancellationToken);
        Assert.All(modules, module => Assert.Contains($"`{module.GetProperty("name").GetString()}`", list));
    }
}

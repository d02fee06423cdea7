using System.Text.Json;
using MLPipeline.Cli.Tests.Fixtures;
using MLPipeline.Models;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class ModelsCommandTests
{
    [Fact]
    public async Task Every_network_is_listed_with_its_parameters()
    {
        var outcome = await Shell.RunAsync("models", "--json");

        var models = JsonDocument.Parse(outcome.LastLine).RootElement.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(ModelCatalog.Entries.Select(entry => entry.Name), models.Select(model => model.GetProperty("name").GetString()));
        Assert.All(models, model => Assert.InRange(model.GetProperty("parameters").GetInt64(), 1, long.MaxValue));
    }
}

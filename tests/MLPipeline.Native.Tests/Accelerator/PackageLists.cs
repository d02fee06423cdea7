using System.Text.Json;

namespace MLPipeline.Native.Tests.Accelerator;

/// <summary>The packages every project asks for in every case, evaluated once.</summary>
public sealed class PackageLists : IAsyncLifetime
{
    /// <summary>One package of one project in one case.</summary>
    public sealed record Row(string Case, string Project, string Package);

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var (exitCode, output) = await MSBuildRun.Of(
            "tests/MLPipeline.Native.Tests/Accelerator/PackageLists.proj", "-t:List", "-getItem:Listed");
        Assert.True(exitCode == 0, output);
        using var document = JsonDocument.Parse(output);
        Rows = [.. document.RootElement.GetProperty("Items").GetProperty("Listed").EnumerateArray().Select(item => new Row(
            item.GetProperty("Case").GetString()!,
            Path.GetFileNameWithoutExtension(item.GetProperty("MSBuildSourceProjectFile").GetString()!),
            item.GetProperty("Identity").GetString()!))];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

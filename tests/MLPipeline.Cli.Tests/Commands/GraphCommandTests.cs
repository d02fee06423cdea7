using System.Text.Json;
using System.Xml.Linq;
using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

/// <summary><c>graph</c> and <c>inspect --graph</c>.</summary>
public sealed class GraphCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;

    public GraphCommandTests() => _model = BrightnessModel.Save(_folder["brightness.onnx"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_picture_lies_beside_the_file_or_where_it_is_wanted()
    {
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync("graph", _model)).ExitCode);
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync("graph", _model, "-o", _folder["other.svg"])).ExitCode);

        var picture = XElement.Load(_folder["brightness.svg"]);
        Assert.Contains("Softmax", picture.Value);
        Assert.Contains("brightness.onnx", picture.Value);
        Assert.True(XNode.DeepEquals(picture, XElement.Load(_folder["other.svg"])));
    }

    [Fact]
    public async Task A_picture_that_can_not_be_written_is_told_and_leaves_nothing()
    {
        Directory.CreateDirectory(_folder["taken.svg"]);

        Shell.AssertFails(await Shell.RunAsync("graph", _model, "-o", _folder["taken.svg"]), ExitCode.Error, "taken.svg");
        Shell.AssertFails(await Shell.RunAsync("graph", _folder["none.onnx"]), ExitCode.Error, "none.onnx");
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public async Task Inspect_lists_nodes_and_constants_on_request()
    {
        var plain = JsonDocument.Parse((await Shell.RunAsync("inspect", _model, "--json")).Output).RootElement;
        var listed = JsonDocument.Parse((await Shell.RunAsync("inspect", _model, "--graph", "--json")).Output).RootElement;
        var text = await Shell.RunAsync("inspect", _model, "--graph");

        Assert.False(plain.TryGetProperty("graph", out _));
        Assert.Equal(["Flatten", "Gemm", "Softmax"], listed.GetProperty("graph").GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("operator").GetString()));
        var largest = listed.GetProperty("graph").GetProperty("initializers")[0];
        Assert.Equal(("weights", "float[16,2]", 128), (largest.GetProperty("name").GetString(), largest.GetProperty("type").GetString(), largest.GetProperty("bytes").GetInt32()));
        Assert.Contains("%logits: float[batch,2] = Gemm(%flat, %weights, %bias)", text.Output);
        Assert.Contains("128 B", text.Output);
    }
}

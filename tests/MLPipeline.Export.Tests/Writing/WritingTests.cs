using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Writing;

public sealed class WritingTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    [Theory]
    [InlineData("missing/model.onnx")]
    [InlineData("file/model.onnx")]
    public void Folder_that_can_t_be_written_to_is_known_before_the_module_runs(string path)
    {
        File.WriteAllText(InFolder("file"), "");
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using var example = ExportFolder.Example(2, 1, 8, 8);
        var error = Assert.Throws<ExportException>(
            () => OnnxExporter.Export(module, [example], InFolder(path), null, null, TestContext.Current.CancellationToken));
        Assert.Contains(path, error.Message);
        Assert.Contains("can't be written", error.Message);
        Assert.Equal(["file"], _folder.Files);
    }

    [Fact]
    public void Folder_in_place_of_a_file_is_refused()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using var example = ExportFolder.Example(2, 1, 8, 8);
        var error = Assert.Throws<ExportException>(
            () => OnnxExporter.Export(module, [example], InFolder("."), null, null, TestContext.Current.CancellationToken));
        Assert.Contains("is a folder", error.Message);
    }

    [Fact]
    public void Weights_go_into_a_file_of_their_own_on_request()
    {
        using var module = SmallNets.Create(nameof(SmallResNet));
        var one = _folder.Export(module, SmallNets.InputOf(nameof(SmallResNet)));
        var inside = _folder.Model().Graph;
        var two = _folder.Export(module, SmallNets.InputOf(nameof(SmallResNet)), new OnnxExportOptions { ExternalData = ExternalData.Always });

        Assert.Equal([_folder.ModelPath], one.Files);
        Assert.Equal([_folder.ModelPath, _folder.ModelPath + ".data"], two.Files);
        Assert.Equal(two.Files.Sum(f => new FileInfo(f).Length), two.Bytes);
        Assert.Contains("model.onnx and ", two.ToString());
        var outside = _folder.Model().Graph;
        Assert.Equal(GraphPrinter.Print(inside), GraphPrinter.Print(outside));
        Assert.All(inside.Initializers, i => Assert.True(i.Value.ContentEquals(outside.Initializers[i.Key])));
    }

    [Fact]
    public void Export_in_one_file_takes_an_older_data_file_away()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        _folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { ExternalData = ExternalData.Always });
        _folder.Export(module, [2, 1, 8, 8]);
        Assert.Equal(["model.onnx"], _folder.Files);
    }

    [Fact]
    public void Weights_that_do_not_lie_row_by_row_are_written_so()
    {
        using var module = new Turned();
        _folder.Export(module, [2, 4, 3]);
        Assert.Equal([4L, 3], _folder.Model().Graph.Initializers["table"].Dims);
        using var input = ExportFolder.Example(2, 4, 3);
        _folder.AssertSameNumbers(module, [input], Tolerance.Default);
    }

    public void Dispose() => _folder.Dispose();

    private string InFolder(string name) => Path.Combine(Path.GetDirectoryName(_folder.ModelPath)!, name);

    private sealed class Turned : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor _table = arange(12, ScalarType.Float32).reshape(3, 4).t();

        public Turned()
            : base(nameof(Turned)) => register_buffer("table", _table);

        public override Tensor forward(Tensor input) => input + _table;
    }
}

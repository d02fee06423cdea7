using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Export.Writing;

namespace MLPipeline.Export.Tests.Writing;

public sealed class PendingFileTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    [Fact]
    public void Full_disk_is_a_clear_error_and_leaves_nothing()
    {
        using var file = PendingFile.At(_folder.ModelPath);
        var error = Assert.Throws<ExportException>(() => file.Write(stream =>
        {
            stream.Write(new byte[100]);
            throw new IOException("No space left on device.");
        }));
        Assert.Contains("model.onnx' can't be written: No space left on device.", error.Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Kept_file_takes_the_place_of_the_old_one()
    {
        File.WriteAllText(_folder.ModelPath, "old");
        using (var file = PendingFile.At(_folder.ModelPath))
        {
            file.Write(stream => stream.Write("new"u8));
            Assert.Equal("old", File.ReadAllText(_folder.ModelPath));
            file.Keep();
        }

        Assert.Equal("new", File.ReadAllText(_folder.ModelPath));
        Assert.Equal(["model.onnx"], _folder.Files);
    }

    [Theory]
    [InlineData("missing/model.onnx")]
    [InlineData("file/model.onnx")]
    public void Folder_that_can_t_be_written_to_is_known_before_the_module_runs(string path)
    {
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(_folder.ModelPath)!, "file"), "");
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using var example = ExportFolder.Example(2, 1, 8, 8);
        var error = Assert.Throws<ExportException>(
            () => OnnxExporter.Export(module, [example], Path.Combine(Path.GetDirectoryName(_folder.ModelPath)!, path), null, null, TestContext.Current.CancellationToken));
        Assert.Contains(path, error.Message);
        Assert.Contains("can't be written", error.Message);
        Assert.Equal(["file"], _folder.Files);
    }

    [Fact]
    public void Folder_in_place_of_a_file_is_refused() =>
        Assert.Contains("is a folder", Assert.Throws<ExportException>(() => PendingFile.At(Path.GetDirectoryName(_folder.ModelPath)!)).Message);

    public void Dispose() => _folder.Dispose();
}

using System.Diagnostics;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Onnx.Tests.Serialization;

public sealed class PendingModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-onnx-tests-");

    private string Model => Path.Combine(_folder.FullName, "model.onnx");

    private string Data => Model + ".data";

    [Fact]
    public void Kept_files_take_the_place_of_the_old_ones()
    {
        File.WriteAllText(Model, "old");
        using (var pending = PendingModel.At(Model))
        {
            pending.Write(LargeModel(1), ExternalData.Always);
            Assert.Equal("old", File.ReadAllText(Model));
            pending.Keep();
            Assert.Equal([Model, Data], pending.Files);
        }

        Assert.Equal(["model.onnx", "model.onnx.data"], Names());
        AssertHolds(LargeModel(1));
    }

    [Fact]
    public void Pair_that_is_not_kept_leaves_nothing()
    {
        using (var pending = PendingModel.At(Model))
        {
            pending.Write(LargeModel(1), ExternalData.Always);
            Assert.True(File.Exists(pending.Path));
        }

        Assert.Empty(Names());
    }

    [Fact]
    public void Old_data_file_goes_with_the_model_it_belonged_to()
    {
        OnnxSerializer.Save(LargeModel(1), Model, ExternalData.Always);
        OnnxSerializer.Save(LargeModel(2), Model);
        Assert.Equal(["model.onnx"], Names());
        AssertHolds(LargeModel(2));
    }

    [Fact]
    public void Data_file_of_somebody_else_stays()
    {
        OnnxSerializer.Save(LargeModel(1), Model);
        File.WriteAllText(Data, "notes");
        OnnxSerializer.Save(LargeModel(2), Model);
        Assert.Equal("notes", File.ReadAllText(Data));
    }

    [Fact]
    public void Old_pair_is_there_again_when_the_model_can_t_be_moved_after_its_data()
    {
        OnnxSerializer.Save(LargeModel(1), Model, ExternalData.Always);
        var before = File.ReadAllBytes(Data);
        using (var pending = PendingModel.At(Model))
        {
            pending.Write(LargeModel(2), ExternalData.Always);
            File.Delete(Model);
            Directory.CreateDirectory(Model); // nothing can be moved over a folder
            Assert.ThrowsAny<Exception>(pending.Keep);
        }

        Assert.Equal(before, File.ReadAllBytes(Data));
        Assert.Equal(["model.onnx", "model.onnx.data"], Directory.EnumerateFileSystemEntries(_folder.FullName).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void New_data_goes_when_the_model_can_t_be_moved_and_there_was_none_before()
    {
        using (var pending = PendingModel.At(Model))
        {
            pending.Write(LargeModel(2), ExternalData.Always);
            Directory.CreateDirectory(Model);
            Assert.ThrowsAny<Exception>(pending.Keep);
        }

        Assert.Empty(Names());
    }

    [Fact]
    public void Model_never_stands_beside_the_weights_of_another()
    {
        OnnxSerializer.Save(LargeModel(1), Model, ExternalData.Always);
        var (oldModel, oldData) = (File.ReadAllBytes(Model), File.ReadAllBytes(Data));
        var seen = new List<(bool? OldModel, bool? OldData)>();
        using var pending = PendingModel.At(Model, (from, to) =>
        {
            File.Move(from, to);
            seen.Add((IsThat(Model, oldModel), IsThat(Data, oldData)));
        });
        pending.Write(LargeModel(2, rows: 50), ExternalData.Always);
        pending.Keep();
        Assert.Equal([(null, true), (null, null), (null, false), (false, false)], seen);

        static bool? IsThat(string path, byte[] content) => File.Exists(path) ? File.ReadAllBytes(path).SequenceEqual(content) : null;
    }

    [Fact]
    public void Old_files_that_can_t_be_put_back_are_not_deleted()
    {
        OnnxSerializer.Save(LargeModel(1), Model, ExternalData.Always);
        var (oldModel, oldData) = (File.ReadAllBytes(Model), File.ReadAllBytes(Data));
        var moves = 0;
        string folder;
        using (var pending = PendingModel.At(Model, (from, to) =>
        {
            if (++moves > 2) throw new IOException("The disk is gone.");
            File.Move(from, to);
        }))
        {
            folder = Path.GetDirectoryName(pending.Path)!;
            pending.Write(LargeModel(2), ExternalData.Always);
            Assert.Contains(folder, Assert.Throws<IOException>(pending.Keep).Message);
        }

        Assert.Equal(oldModel, File.ReadAllBytes(Path.Combine(folder, "model.onnx.replaced")));
        Assert.Equal(oldData, File.ReadAllBytes(Path.Combine(folder, "model.onnx.data.replaced")));
    }

    [Fact]
    public void Path_is_what_it_meant_when_it_was_given()
    {
        using var pending = PendingModel.At(Path.GetRelativePath(Environment.CurrentDirectory, Model));
        pending.Write(LargeModel(1), ExternalData.Always);
        Assert.Equal([Model, Data], pending.Files);
    }

    [Fact]
    public void Any_file_name_will_do()
    {
        var path = Path.Combine(_folder.FullName, "replaced");
        OnnxSerializer.Save(LargeModel(1), path, ExternalData.Always);
        OnnxSerializer.Save(LargeModel(2), path, ExternalData.Always);
        Assert.Equal(["replaced", "replaced.data"], Names());
    }

    [Fact]
    public void Second_writing_replaces_the_first()
    {
        using var pending = PendingModel.At(Model);
        pending.Write(LargeModel(1), ExternalData.Always);
        pending.Write(LargeModel(2));
        pending.Keep();
        Assert.Equal(["model.onnx"], Names().Where(n => !n.EndsWith(".tmp", StringComparison.Ordinal)));
        AssertHolds(LargeModel(2));
    }

    [Fact]
    public void Places_that_nothing_can_be_written_to_are_known_at_once()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "file"), "");
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => PendingModel.At(_folder.FullName)).Message);
        Assert.Contains("no folder", Assert.Throws<DirectoryNotFoundException>(() => PendingModel.At(Path.Combine(_folder.FullName, "missing", "m.onnx"))).Message);
        Assert.ThrowsAny<IOException>(() => PendingModel.At(Path.Combine(_folder.FullName, "file", "m.onnx")));
        Assert.Equal(["file"], Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_larger_than_the_process_may_write_is_an_error_that_says_so_and_leaves_nothing(bool external)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no ulimit on Windows.");
        File.WriteAllText(Model, "old");
        var start = new ProcessStartInfo("bash", ["-c", "ulimit -f 256; exec \"$0\" -explicit only -noColor -method \"*.Save_under_a_limit\"", Environment.ProcessPath!])
        {
            RedirectStandardOutput = true,
            // Without it the runtime reserves its own memory as a file, which is larger than the limit.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["MLPIPELINE_SAVE_TO"] = Model, ["MLPIPELINE_SAVE_EXTERNAL"] = $"{external}" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("System.IO.IOException", output);
        Assert.Contains("the limit of this process (ulimit -f)", output);
        Assert.Contains("Failed: 1", output);
        Assert.Equal(["model.onnx"], Names());
        Assert.Equal("old", File.ReadAllText(Model));
    }

    /// <summary>Run by the test above in a process of its own.</summary>
    [Fact(Explicit = true)]
    public void Save_under_a_limit() => OnnxSerializer.Save(
        new Model(ExternalDataTests.Matrices(1, 400)),
        Environment.GetEnvironmentVariable("MLPIPELINE_SAVE_TO")!,
        bool.Parse(Environment.GetEnvironmentVariable("MLPIPELINE_SAVE_EXTERNAL")!) ? ExternalData.Always : ExternalData.Auto);

    public void Dispose() => _folder.Delete(recursive: true);

    private static Model LargeModel(int seed, int rows = 40) => new(ExternalDataTests.Matrices(seed, rows, 40));

    private void AssertHolds(Model expected) =>
        Assert.All(expected.Graph.Initializers, i => Assert.True(i.Value.ContentEquals(OnnxSerializer.Load(Model).Graph.Initializers[i.Key])));

    private IEnumerable<string> Names() => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name).Order();
}

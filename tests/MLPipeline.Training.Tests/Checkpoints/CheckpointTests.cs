using System.IO.Compression;
using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Tests.Fixtures;
using static TorchSharp.torch.nn;

namespace MLPipeline.Training.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;
    private readonly Dictionary<string, float[]> _weights;

    public CheckpointTests()
    {
        using var data = TinyData.Split();
        using var network = TinyNetworks.WithBatchNorm();
        var options = new TrainerOptions
        {
            Epochs = 1,
            BatchSize = 32,
            Device = "cpu",
            OutputFolder = _folder.Path,
            ModelName = "tiny",
            ModelOptions = new Dictionary<string, string> { ["classes"] = "4" },
            Scaling = new PixelScaling(1.0 / 255, [0.1], [0.3]),
        };
        _path = new Trainer(network, data, options).Run(cancellationToken: TestContext.Current.CancellationToken).LastCheckpoint!;
        _weights = TinyNetworks.Weights(network);
    }

    [Fact]
    public void All_that_the_network_needs_survives_the_round_trip()
    {
        var copy = _folder.File("copy.checkpoint");
        Checkpoint.Load(_path).Save(copy);

        var checkpoint = Checkpoint.Load(copy);
        using var network = TinyNetworks.WithBatchNorm(seed: 99);
        checkpoint.RestoreWeights(network);

        Assert.Equal(_weights, TinyNetworks.Weights(network));
        Assert.Equal(("tiny", "4", 32), (checkpoint.Recipe.ModelName, checkpoint.Recipe.ModelOptions["classes"], checkpoint.Recipe.BatchSize));
        Assert.Equal((1.0 / 255, 0.1, 0.3), (checkpoint.Recipe.Scaling!.Scale, checkpoint.Recipe.Scaling.Mean[0], checkpoint.Recipe.Scaling.Std[0]));
        Assert.Equal(["row 0", "row 2", "row 4", "row 6"], checkpoint.ClassNames);
        Assert.Equal([1, 8, 8], checkpoint.ImageShape);
        Assert.Equal((1, 2, 0), (checkpoint.History.Count, checkpoint.Position.Epoch, checkpoint.Position.Step));
        Assert.Equal(3, checkpoint.Recalibration!.Layers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.99)]
    public void A_file_cut_short_is_refused(double share)
    {
        var bytes = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, bytes[..(int)(bytes.Length * share)]);

        Assert.Contains(_path, Assert.Throws<CheckpointException>(() => Checkpoint.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_damaged_byte_passes_for_content()
    {
        var bytes = File.ReadAllBytes(_path);
        var whole = Checkpoint.Load(_path);
        var refused = 0;
        for (var place = 0; place < bytes.Length; place += 97)
        {
            var damaged = bytes.ToArray();
            damaged[place] ^= 0x55;
            File.WriteAllBytes(_path, damaged);
            try
            {
                // A byte of the zip's own bookkeeping may not matter; then the content must be what it was.
                Assert.True(whole.Weights.Span.SequenceEqual(Checkpoint.Load(_path).Weights.Span));
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.True(refused > bytes.Length / 97 * 0.9, $"{refused} of {bytes.Length / 97} refused");
    }

    [Fact]
    public void A_foreign_file_a_foreign_zip_and_no_file_are_refused()
    {
        File.WriteAllText(_folder.File("text"), "not a checkpoint");
        using (var zip = ZipFile.Open(_folder.File("zip"), ZipArchiveMode.Create))
            zip.CreateEntry("readme.txt");

        Assert.Contains("it is no checkpoint", Assert.Throws<CheckpointException>(() => Checkpoint.Load(_folder.File("text"))).Message, StringComparison.Ordinal);
        Assert.Contains("missing in it", Assert.Throws<CheckpointException>(() => Checkpoint.Load(_folder.File("zip"))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<CheckpointException>(() => Checkpoint.Load(_folder.File("none"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_format_is_refused()
    {
        (Checkpoint.Load(_path) with { Format = 2 }).Save(_path);

        Assert.Contains("its format is 2, and this version reads 1", Assert.Throws<CheckpointException>(() => Checkpoint.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        using var fewer = Sequential(("fc", Linear(64, 4)));

        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(_path).RestoreWeights(fewer));

        Assert.Contains("its weights are not those of this network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_fails_spares_the_old_file_and_leaves_nothing_beside_it()
    {
        var before = File.ReadAllBytes(_path);

        Assert.Throws<IOException>(() => WholeFile.Write(_path, stream =>
        {
            stream.Write(before.AsSpan(0, 10));
            throw new IOException("No space left on device");
        }));

        Assert.Equal(before, File.ReadAllBytes(_path));
        Assert.Equal(["best.checkpoint", "last.checkpoint", "metrics.jsonl"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    public void Dispose() => _folder.Dispose();
}

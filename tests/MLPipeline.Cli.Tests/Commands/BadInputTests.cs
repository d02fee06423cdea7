using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class BadInputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("train")]
    public async Task A_data_folder_without_the_files_is_told(string command) =>
        Shell.AssertFails(await Shell.RunAsync(command, "--data", _folder.Path, "--output", _folder["out"]), ExitCode.Error, _folder.Path);

    [Fact]
    public async Task Corrupt_data_are_told_by_file()
    {
        foreach (var name in new[] { "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" })
            await File.WriteAllBytesAsync(_folder[name], [1, 2, 3, 4, 5, 6, 7, 8], TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("run", "--data", _folder.Path, "--output", _folder["out"]), ExitCode.Error, "idx");
    }

    [Fact]
    public async Task A_missing_model_file_is_told() =>
        Shell.AssertFails(await Shell.RunAsync("inspect", "/nowhere/model.onnx"), ExitCode.Error, "/nowhere/model.onnx");

    [Fact]
    public async Task A_missing_checkpoint_is_told()
    {
        Shell.AssertFails(await Shell.RunAsync("export", "/nowhere/last.checkpoint"), ExitCode.Error, "/nowhere/last.checkpoint");
        Shell.AssertFails(await Shell.RunAsync("train", "--sample", "--resume", "/nowhere/last.checkpoint"), ExitCode.Error, "/nowhere/last.checkpoint");
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_told()
    {
        await File.WriteAllTextAsync(_folder["x.checkpoint"], "hello", TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("export", _folder["x.checkpoint"]), ExitCode.Error, "x.checkpoint", "no checkpoint");
    }

    [Fact]
    public async Task An_output_that_is_a_file_is_told()
    {
        await File.WriteAllTextAsync(_folder["taken"], "", TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("train", "--sample", "--output", _folder["taken"]), ExitCode.Error, "taken");
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        const string Full = "/dev/full";
        Assert.SkipUnless(File.Exists(Full), "This system has no device that is always full.");
        Directory.CreateDirectory(_folder["lenet-bn"]);
        File.CreateSymbolicLink(_folder["lenet-bn", "metrics.jsonl"], Full);

        var outcome = await Shell.RunAsync(
            "run", "--sample", "--train-count", "64", "--test-count", "10", "--epochs", "1", "--output", _folder.Path);

        Shell.AssertFails(outcome, ExitCode.Error, "No space left on device");
    }

    [Fact]
    public async Task Verbose_adds_where_it_happened()
    {
        var outcome = await Shell.RunAsync("inspect", "/nowhere/model.onnx", "--verbose");

        Assert.Equal(ExitCode.Error, outcome.ExitCode);
        Assert.Contains("   at MLPipeline.", outcome.Error);
    }
}

using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("no command 'trian'. Did you mean 'train'?", "trian")]
    [InlineData("no option '--epoch'. Did you mean '--epochs'?", "run", "--epoch", "3")]
    [InlineData("--epochs is '0'; it must be 1 or more", "run", "--epochs", "0")]
    [InlineData("--epochs is 'many'", "run", "--epochs", "many")]
    [InlineData("--lr is '-1'; it must be a number above 0", "train", "--lr", "-1")]
    [InlineData("--lr is '0,01'; it must be a number above 0", "train", "--lr", "0,01")]
    [InlineData("--train-count is '1'; it must be 2 or more", "run", "--train-count", "1")]
    [InlineData("--batch-size is '1'; it must be 2 to 65536", "train", "--batch-size", "1")]
    [InlineData("--stem is 'tiny'; it must be small or imagenet.", "run", "--stem", "tiny")]
    [InlineData("--opset is '9'; it must be 13 to 21", "export", "x.checkpoint", "--opset", "9")]
    [InlineData("--data or --sample, not both", "run", "--data", "x", "--sample")]
    [InlineData("--device is 'tpu'; it must be cpu, cuda or auto.", "run", "--device", "tpu")]
    [InlineData("--optimizer is 'sdg'; it must be ", "train", "--optimizer", "sdg")]
    [InlineData("Required argument 'FILE' missing for command: 'predict'", "predict")]
    [InlineData("Required argument 'FILE' missing for command: 'inspect'", "inspect")]
    public async Task A_wrong_command_line_is_told_and_leads_to_the_help(string message, params string[] args)
    {
        var outcome = await Shell.RunAsync(args);

        Assert.Equal(ExitCode.Usage, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        var lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("mlpipeline: ", lines[0]);
        Assert.Contains(message, lines[0]);
        Assert.EndsWith(" --help'.", lines[1]);
    }

    [Fact]
    public async Task No_command_lists_the_commands()
    {
        var outcome = await Shell.RunAsync();

        Assert.Equal(ExitCode.Usage, outcome.ExitCode);
        Assert.Contains("doctor", outcome.Error);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("train")]
    public async Task An_unknown_model_is_told_with_the_closest(string command) =>
        Shell.AssertFails(await Shell.RunAsync(command, "--sample", "--model", "lenet-bm"), ExitCode.Usage, "'lenet-bm'", "Did you mean 'lenet-bn'?");

    [Fact]
    public async Task A_stem_for_a_network_that_has_its_own_is_refused() =>
        Shell.AssertFails(await Shell.RunAsync("train", "--sample", "--stem", "imagenet"), ExitCode.Usage, "'lenet-bn'", "--stem");

    [Fact]
    public async Task Images_that_are_too_small_are_refused_with_both_sizes_and_nothing_is_made()
    {
        using var folder = new TempFolder();
        Shell.AssertFails(
            await Shell.RunAsync("train", "--sample", "--model", "densenet121", "--stem", "imagenet", "--output", folder.Path),
            ExitCode.Usage, "28x28", "densenet121");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Cuda_without_cuda_is_told()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "This machine has CUDA.");
        Shell.AssertFails(await Shell.RunAsync("run", "--sample", "--device", "cuda"), ExitCode.Usage, "cuda", "Accelerator=cuda");
    }
}

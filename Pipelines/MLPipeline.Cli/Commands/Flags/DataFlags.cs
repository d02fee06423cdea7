using System.CommandLine;
using MLPipeline.Cli.Output;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>Which images: <c>--data</c>, <c>--sample</c>, <c>--train-count</c>, <c>--test-count</c>.</summary>
internal sealed class DataFlags
{
    private readonly Option<string?> _folder = new("--data")
    {
        Description = "Folder with Fashion-MNIST's four IDX files. Without it: $MLPIPELINE_DATA, the cache, the system's copy, " +
            "a download, the embedded sample.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _sample = new("--sample") { Description = "Take the embedded sample: 6,000 + 1,000 real images." };
    private readonly Option<int?> _trainCount = Ranged.AtLeast(2, "--train-count", "N", "Train on the first N images only.");
    private readonly Option<int?> _testCount = Ranged.AtLeast(1, "--test-count", "N", "Test on the first N images only.");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="training">Whether the command trains.</param>
    public void AddTo(Command command, bool training)
    {
        command.Options.Add(_folder);
        command.Options.Add(_sample);
        if (training)
            command.Options.Add(_trainCount);
        command.Options.Add(_testCount);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_sample) && result.GetValue(_folder) is not null)
                result.AddError("Give --data or --sample, not both.");
        });
    }

    /// <summary>Finds and reads the images.</summary>
    /// <exception cref="DatasetException">The folder is no good.</exception>
    public async Task<ImageSplit> LoadAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var options = new FashionMnistOptions { Folder = parsed.GetValue(_folder), UseSample = parsed.GetValue(_sample) };
        var whole = await FashionMnist.LoadAsync(options, terminal, cancellation).ConfigureAwait(false);
        var split = Shortened(whole, parsed.GetValue(_trainCount), parsed.GetValue(_testCount));
        terminal.Say($"{split.Name}: {split.Train.Count:N0} images to train on, {split.Test.Count:N0} to test, from {split.Origin}.");
        return split;
    }

    private static ImageSplit Shortened(ImageSplit whole, int? trainCount, int? testCount)
    {
        if (trainCount is null && testCount is null)
            return whole;
        using (whole)
            return whole.Take(trainCount, testCount);
    }
}

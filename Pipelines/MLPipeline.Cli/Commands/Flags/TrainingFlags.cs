using System.CommandLine;
using MLPipeline.Training;
using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Optimizers;
using MLPipeline.Training.Schedules;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>The recipe: what is not said is the trainer's default for the data.</summary>
internal sealed class TrainingFlags
{
    private readonly Option<int?> _epochs = Ranged.AtLeast(1, "--epochs", "N", "Passes over the training images [default: 5; on the sample 20].");
    private readonly Option<int?> _batchSize = Ranged.Between("--batch-size", "N", "Images per step [default: 256; on the sample 64].", 2, 65_536);
    private readonly Option<double?> _rate = Ranged.AboveZero("--lr", "RATE", "Learning rate to start from [default: 0.01].");

    private readonly Option<string?> _optimizer = OneOf(
        "--optimizer", "How weights follow gradients [default: adam].", OptimizerChoice.All.Select(o => o.Name));

    private readonly Option<string?> _schedule = OneOf(
        "--schedule", "How the rate goes over the run [default: linear, down to zero].", LearningRateSchedule.All.Select(s => s.Name));

    private readonly Option<int?> _seed = Ranged.Between("--seed", "N", "Decides first weights and the order of images [default: 1].", 0, int.MaxValue);

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Go on from a checkpoint, with its network and recipe.",
        HelpName = "FILE",
    };

    /// <summary>Where to compute.</summary>
    public DeviceFlag Device { get; } = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _epochs, _batchSize, _rate, _optimizer, _schedule, _seed, Device, _resume })
            command.Options.Add(option);
    }

    /// <summary>The checkpoint to go on from, if one was named.</summary>
    /// <exception cref="CheckpointException">It is no good.</exception>
    public Checkpoint? Resumed(ParseResult parsed) => parsed.GetValue(_resume) is { } path ? Checkpoint.Load(path) : null;

    /// <summary>The defaults, with what was said in their place.</summary>
    public TrainerOptions Recipe(ParseResult parsed, TrainerOptions defaults) => defaults with
    {
        Epochs = parsed.GetValue(_epochs) ?? defaults.Epochs,
        BatchSize = parsed.GetValue(_batchSize) ?? defaults.BatchSize,
        LearningRate = parsed.GetValue(_rate) ?? defaults.LearningRate,
        Optimizer = parsed.GetValue(_optimizer) ?? defaults.Optimizer,
        Schedule = parsed.GetValue(_schedule) ?? defaults.Schedule,
        Seed = parsed.GetValue(_seed) ?? defaults.Seed,
    };

    private static Option<string?> OneOf(string name, string description, IEnumerable<string> words)
    {
        var option = new Option<string?>(name) { Description = description };
        Ranged.AcceptOneOf(option, [.. words]);
        return option;
    }
}

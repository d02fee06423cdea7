using System.CommandLine;
using MLPipeline.Cli.Stages;
using MLPipeline.Models;
using MLPipeline.Training;
using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>Which networks to train and how: as the command line says, or as the checkpoint to go on from does.</summary>
internal sealed class TrainingPlan
{
    private readonly ParseResult _parsed;
    private readonly ModelFlags _models;
    private readonly TrainingFlags _training;
    private readonly Checkpoint? _resumed;
    private readonly string _device;

    private TrainingPlan(ParseResult parsed, ModelFlags models, TrainingFlags training)
    {
        (_parsed, _models, _training) = (parsed, models, training);
        _device = training.Device.Checked(parsed);
        _resumed = training.Resumed(parsed);
        Entries = _resumed is null ? models.Entries(parsed) : [NetworkChoice.Of(_resumed).Entry];
    }

    /// <summary>The networks, one after the other.</summary>
    public IReadOnlyList<ModelEntry> Entries { get; }

    /// <summary>The device's name: <c>cpu</c>, <c>cuda</c> or <c>auto</c>.</summary>
    public string Device => _device;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="UnknownModelException">There is no such network.</exception>
    /// <exception cref="UsageException">The options do not go together, or the device is not there.</exception>
    /// <exception cref="CheckpointException">The checkpoint to go on from is no good.</exception>
    public static TrainingPlan Of(ParseResult parsed, ModelFlags models, TrainingFlags training) => new(parsed, models, training);

    /// <summary>The network for the data.</summary>
    public NetworkChoice Choice(ModelEntry entry, ImageSplit data) => _resumed is null
        ? new NetworkChoice(entry, _models.Stem(_parsed, entry), data.Train.Channels, data.Train.ClassNames.Count)
        : NetworkChoice.Of(_resumed);

    /// <summary>Refuses images that one of the networks cannot take, before the first is trained.</summary>
    /// <exception cref="UsageException">The message gives the images' size and what the network takes.</exception>
    public void CheckImages(ImageSplit data)
    {
        foreach (var entry in Entries)
            Choice(entry, data).CheckImages(data.Train.Height, data.Train.Width);
    }

    /// <summary>The recipe for the data.</summary>
    /// <param name="data">What is to be learnt.</param>
    /// <param name="folder">Gets checkpoints and metrics.</param>
    public TrainerOptions Recipe(ImageSplit data, string folder) =>
        _training.Recipe(_parsed, _resumed?.Recipe ?? TrainerOptions.DefaultFor(data)) with
        {
            Device = _device,
            OutputFolder = folder,
            ResumeFrom = _resumed?.Source,
        };
}

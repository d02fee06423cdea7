using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Training.Checkpoints;

/// <summary>A run at one moment, in one file: the network, all it takes to use it, and all it takes to go on.</summary>
public sealed record Checkpoint
{
    /// <summary>The form of the file that this version writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The form of the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The recipe, with the network's name and options, and the pixel scaling.</summary>
    public required TrainerOptions Recipe { get; init; }

    /// <summary>One per class, in the order of the labels.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The data set's name.</summary>
    public required string DataName { get; init; }

    /// <summary>Training images.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Channels, height and width of an image.</summary>
    public required IReadOnlyList<int> ImageShape { get; init; }

    /// <summary>How far the run had come.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The epochs that were finished.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>What measuring the batch-norm statistics anew came to; none before it was done.</summary>
    public RecalibrationRecord? Recalibration { get; init; }

    /// <summary>The module's state, in TorchSharp's form.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Weights { get; init; }

    /// <summary>The optimiser's state, in TorchSharp's form.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> OptimizerState { get; init; }

    /// <summary>libtorch's generator of random numbers on the CPU.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> RandomState { get; init; }

    /// <summary>The file it came from; none if it has not been saved.</summary>
    [JsonIgnore]
    public string Source { get; init; } = "(unsaved)";

    /// <summary>Reads a file, and checks it whole.</summary>
    /// <exception cref="CheckpointException">There is none, or it is damaged, foreign or of a later form.</exception>
    public static Checkpoint Load(string path) => CheckpointFile.Read(path);

    /// <summary>Writes a file: beside the old one, then in its place.</summary>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    public void Save(string path) => CheckpointFile.Write(this, path);

    /// <summary>Gives a network these weights and buffers.</summary>
    /// <exception cref="CheckpointException">They belong to another network.</exception>
    public void RestoreWeights(nn.Module network) =>
        Restore(Weights, $"its weights are not those of this network ({network.GetName()})", stream => network.load(stream));

    /// <summary>Gives an optimiser its state.</summary>
    /// <exception cref="CheckpointException">It belongs to another optimiser.</exception>
    internal void RestoreOptimizer(OptimizerHelper optimizer) =>
        Restore(OptimizerState, $"its optimiser state is not one of {optimizer.GetType().Name}", stream =>
        {
            using var reader = new BinaryReader(stream);
            optimizer.load_state_dict(reader);
        });

    private void Restore(ReadOnlyMemory<byte> state, string misfit, Action<Stream> read)
    {
        using var stream = new MemoryStream(state.ToArray(), writable: false);
        try
        {
            read(stream);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or EndOfStreamException or InvalidOperationException)
        {
            throw new CheckpointException(Source, $"{misfit}: {e.Message}", e);
        }
    }
}

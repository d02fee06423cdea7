using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>All that changes while a network trains, apart from the network: what a checkpoint holds.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly ImageSplit _data;
    private readonly TrainerOptions _options;
    private readonly List<EpochRecord> _history = [];

    /// <summary>Starts, or goes on where the checkpoint of the options says.</summary>
    public TrainingRun(nn.Module<Tensor, Tensor> network, ImageSplit data, TrainerOptions options)
    {
        (_network, _data, _options) = (network, data, options);
        var from = options.ResumeFrom is { } path ? Checkpoint.Load(path) : null;
        if (from is not null)
        {
            Recipe.RequireSame(from, options, data.Train.Count);
            from.RestoreWeights(network);
        }

        manual_seed(options.Seed);
        Optimizer = OptimizerChoice.Find(options.Optimizer).Create(network.parameters(), options.LearningRate, options.WeightDecay);
        if (from is null)
            return;
        from.RestoreOptimizer(Optimizer);
        using var random = tensor(from.RandomState.ToArray());
        set_rng_state(random);
        (Position, Recalibration) = (from.Position, from.Recalibration);
        _history.AddRange(from.History);
    }

    /// <summary>Moves the weights.</summary>
    public OptimizerHelper Optimizer { get; }

    /// <summary>How far the run has come.</summary>
    public TrainingPosition Position { get; set; } = TrainingPosition.StartOf(1);

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochRecord> History => _history;

    /// <summary>Set when the batch-norm statistics have been measured anew.</summary>
    public RecalibrationRecord? Recalibration { get; set; }

    /// <summary>Ends an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Finish(EpochRecord epoch)
    {
        var isBest = _history.TrueForAll(other => other.TestAccuracy < epoch.TestAccuracy);
        _history.Add(epoch);
        Position = TrainingPosition.StartOf(epoch.Epoch + 1);
        return isBest;
    }

    /// <summary>The state as it now is.</summary>
    public Checkpoint ToCheckpoint() => new()
    {
        Recipe = _options,
        ClassNames = _data.Train.ClassNames,
        DataName = _data.Name,
        TrainCount = _data.Train.Count,
        ImageShape = [_data.Train.Channels, _data.Train.Height, _data.Train.Width],
        Position = Position,
        History = [.. _history],
        Recalibration = Recalibration,
        Weights = Bytes(writer => _network.save(writer)),
        OptimizerState = Bytes(Optimizer.save_state_dict),
        RandomState = RandomState(),
    };

    private static byte[] RandomState()
    {
        using var state = get_rng_state();
        return state.data<byte>().ToArray();
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            write(writer);
        return stream.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => Optimizer.Dispose();
}

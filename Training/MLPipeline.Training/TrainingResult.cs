namespace MLPipeline.Training;

/// <summary>What a run came to.</summary>
public sealed record TrainingResult
{
    /// <summary>Whether it was cancelled before its end; then the last checkpoint, if there is an output folder, holds all it takes to go on.</summary>
    public required bool Cancelled { get; init; }

    /// <summary>The finished epochs, those before a resumption too.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>What the batch-norm recalibration came to; none if there is no such layer, it was not wanted, or the run was cancelled.</summary>
    public RecalibrationRecord? Recalibration { get; init; }

    /// <summary>The test result of the network as it now is; none if the run was cancelled.</summary>
    public Evaluation? Final { get; init; }

    /// <summary>The epoch of the highest test accuracy, from 1; none before the first was finished.</summary>
    public int? BestEpoch => History.Count == 0 ? null : History.MaxBy(epoch => epoch.TestAccuracy)!.Epoch;

    /// <summary>The run's state at its end; none without an output folder.</summary>
    public string? LastCheckpoint { get; init; }

    /// <summary>The run's state after the best epoch; none without an output folder, or before the first epoch was finished.</summary>
    public string? BestCheckpoint { get; init; }
}

namespace MLPipeline.Training;

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">Of the whole run.</param>
/// <param name="Step">Steps done, over the whole run.</param>
/// <param name="Steps">Of the whole run.</param>
/// <param name="Loss">Mean cross-entropy of this epoch so far.</param>
/// <param name="Accuracy">Share of this epoch's images that were right so far.</param>
/// <param name="ImagesPerSecond">In training, in this epoch so far.</param>
/// <param name="TimeLeft">Until the last step, at the pace of this epoch.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="Completed">Set once per epoch: the epoch that has just been tested.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    long Step,
    long Steps,
    double Loss,
    double Accuracy,
    double ImagesPerSecond,
    TimeSpan TimeLeft,
    double LearningRate,
    EpochRecord? Completed = null);

namespace MLPipeline.Training.Checkpoints;

/// <summary>How far a run has come, with the sums of the epoch under way.</summary>
/// <param name="Epoch">The epoch under way, from 1; one more than the last after the run.</param>
/// <param name="Step">Steps done in it.</param>
/// <param name="LossSum">Sum of its images' losses.</param>
/// <param name="Right">Its images that were right.</param>
/// <param name="Seen">Its images so far.</param>
/// <param name="Seconds">Spent training in it.</param>
/// <param name="LearningRate">Of the last step.</param>
public sealed record TrainingPosition(int Epoch, int Step, double LossSum, long Right, long Seen, double Seconds, double LearningRate)
{
    /// <summary>Before an epoch's first step.</summary>
    public static TrainingPosition StartOf(int epoch) => new(epoch, 0, 0, 0, 0, 0, 0);
}

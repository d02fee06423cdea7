namespace MLPipeline.Training;

/// <summary>The loss is not a number any more: the message says where, and what to try.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>The error of one step.</summary>
    /// <param name="loss">NaN or an infinity.</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">From 1, in the epoch.</param>
    /// <param name="learningRate">Of the step.</param>
    public TrainingDivergedException(double loss, int epoch, int step, double learningRate)
        : base($"The loss is {loss} at step {step} of epoch {epoch}, at a learning rate of {learningRate:G4}. "
            + "Try a tenth of the rate, the schedule 'triangle' (it warms up), or a larger batch; the checkpoint of the last finished epoch is untouched.")
    {
        Epoch = epoch;
        Step = step;
        LearningRate = learningRate;
    }

    /// <summary>From 1.</summary>
    public int Epoch { get; }

    /// <summary>From 1, in the epoch.</summary>
    public int Step { get; }

    /// <summary>Of the step.</summary>
    public double LearningRate { get; }
}

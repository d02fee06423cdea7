using MLPipeline.Training;

namespace MLPipeline.Cli.Output;

/// <summary>Lines for a log: one for each epoch, and one every half a minute within a long one.</summary>
internal sealed class PlainTraining(Action<string> say, TimeProvider clock) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private long _last = clock.GetTimestamp();

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Completed is { } epoch)
            Write(TrainingDisplay.EpochLine(epoch, value.Epochs));
        else if (clock.GetElapsedTime(_last) >= Pause)
            Write(TrainingDisplay.StepLine(value));
    }

    private void Write(string line)
    {
        _last = clock.GetTimestamp();
        say(line);
    }
}

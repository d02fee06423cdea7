using MLPipeline.Training;
using Spectre.Console;

namespace MLPipeline.Cli.Output;

/// <summary>A bar that fills, with the figures of the epoch beside it; finished epochs stay above it as lines.</summary>
internal sealed class LiveTraining(ProgressTask task, Action<string> say) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        task.MaxValue = value.Steps;
        task.Value = value.Step;
        task.Description = Markup.Escape(TrainingDisplay.StepLine(value));
        if (value.Completed is { } epoch)
            say(TrainingDisplay.EpochLine(epoch, value.Epochs));
    }
}

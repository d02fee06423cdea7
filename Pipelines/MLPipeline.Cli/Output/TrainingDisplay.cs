using MLPipeline.Training;
using Spectre.Console;

namespace MLPipeline.Cli.Output;

/// <summary>Shows how training goes: live on a terminal, else a line per epoch and one now and then in a long epoch.</summary>
internal static class TrainingDisplay
{
    /// <summary>Runs the training under a display.</summary>
    public static T Show<T>(Terminal terminal, Func<IProgress<TrainingProgress>, T> train)
    {
        if (!terminal.IsLive)
            return train(new PlainTraining(terminal.Say, TimeProvider.System));
        return terminal.Progress.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => train(new LiveTraining(context.AddTask("training"), terminal.Say)));
    }

    /// <summary>The line of a finished epoch.</summary>
    public static string EpochLine(EpochRecord epoch, int epochs) =>
        $"epoch {epoch.Epoch,2}/{epochs}  loss {epoch.TrainLoss:0.0000}  accuracy {Figures.Percent(epoch.TrainAccuracy)}  " +
        $"test loss {epoch.TestLoss:0.0000}  test accuracy {Figures.Percent(epoch.TestAccuracy)}  {epoch.ImagesPerSecond:N0} images/s";

    /// <summary>Where the epoch stands.</summary>
    public static string StepLine(TrainingProgress at) =>
        $"epoch {at.Epoch}/{at.Epochs}  loss {at.Loss:0.0000}  accuracy {Figures.Percent(at.Accuracy)}  " +
        $"{at.ImagesPerSecond:N0} images/s  {Figures.Duration(at.TimeLeft.TotalSeconds)} left";
}

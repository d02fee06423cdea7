using MLPipeline.Cli.Output;
using MLPipeline.Training;
using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Datasets;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Stages;

/// <summary>Trains one network under a display.</summary>
internal static class TrainingStage
{
    /// <summary>Trains to the end of the recipe.</summary>
    /// <param name="choice">Which network.</param>
    /// <param name="data">What it learns.</param>
    /// <param name="recipe">How, and into which folder; the network's name and options are filled in here.</param>
    /// <param name="terminal">Shows how it goes.</param>
    /// <param name="cancellation">Saves and stops.</param>
    /// <exception cref="TrainingStoppedException">It was stopped.</exception>
    /// <exception cref="TrainingDivergedException">The loss is not finite.</exception>
    /// <exception cref="CheckpointException">The checkpoint to go on from is no good.</exception>
    public static TrainedNetwork Run(NetworkChoice choice, ImageSplit data, TrainerOptions recipe, Terminal terminal, CancellationToken cancellation)
    {
        var whole = recipe with
        {
            ModelName = choice.Entry.Name,
            ModelOptions = choice.Facts,
            Scaling = recipe.Scaling ?? PixelScaling.ZeroToOne(choice.Channels),
        };
        var network = choice.Create(whole.Seed);
        try
        {
            terminal.Say(Announcement(choice, network, data, whole));
            var result = TrainingDisplay.Show(terminal, progress => new Trainer(network, data, whole).Run(progress, cancellation));
            if (result.Cancelled)
                throw new TrainingStoppedException(result.LastCheckpoint);
            LearningCurve.SavePng(result.History, Path.Combine(whole.OutputFolder!, "learning-curve.png"));
            if (result.Recalibration is { } record)
                terminal.Say(Recalibrated(record));
            return new TrainedNetwork(network, choice, whole, result);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static string Announcement(NetworkChoice choice, nn.Module network, ImageSplit data, TrainerOptions recipe)
    {
        var parameters = network.parameters().Sum(parameter => parameter.numel());
        return $"{choice.Entry.Name}: {Figures.Count(parameters)} parameters, " +
            $"{Figures.Many(recipe.Epochs, "epoch")} of {Figures.Many(data.Train.Count, "image")}, batch {recipe.BatchSize}, {recipe.Optimizer}, learning rate {recipe.LearningRate} ({recipe.Schedule}), seed {recipe.Seed}.";
    }

    private static string Recalibrated(RecalibrationRecord record) =>
        $"batch norm measured anew over {Figures.Many(record.Images, "image")}{(record.IsExact ? "" : ", in pooled batches")}: test accuracy {Figures.Percent(record.Before.Accuracy)} before, " +
        $"{Figures.Percent(record.After.Accuracy)} after.";
}

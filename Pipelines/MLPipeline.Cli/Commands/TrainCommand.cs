using System.CommandLine;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Training.Datasets;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>train</c>: a checkpoint, and nothing more.</summary>
internal sealed class TrainCommand() : TrainingCommand("train", "Train a network and keep its checkpoint. Ctrl-C saves; --resume goes on."), IHaveExamples
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline train --model resnet18 --epochs 2",
        "mlpipeline train --resume artifacts/resnet18/last.checkpoint",
    ];

    protected override void Run(Work work, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        using var trained = TrainingStage.Run(work.Choice, work.Data, work.Recipe, terminal, cancellation);
        terminal.Write(Outcome(trained, work.Data), console => console.WriteLine(
            $"{trained.Choice.Entry.Name}: test accuracy {Figures.Percent(trained.Result.Final!.Accuracy)}, loss {trained.Result.Final.Loss:0.0000}; " +
            trained.Result.LastCheckpoint));
    }

    private static object Outcome(TrainedNetwork trained, ImageSplit data) => new
    {
        Model = trained.Choice.Entry.Name,
        Dataset = data.Name,
        TrainCount = data.Train.Count,
        TestCount = data.Test.Count,
        trained.Result.Final!.Accuracy,
        trained.Result.Final.Loss,
        AccuracyBeforeRecalibration = trained.Result.Recalibration?.Before.Accuracy,
        trained.Result.History,
        Checkpoint = trained.Result.LastCheckpoint,
    };
}

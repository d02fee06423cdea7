using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Training.Datasets;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>train</c>: a checkpoint, and nothing more.</summary>
internal sealed class TrainCommand : Command, IHaveExamples
{
    private readonly ModelFlags _models = new();
    private readonly DataFlags _data = new();
    private readonly TrainingFlags _training = new();
    private readonly OutputFlag _output = new();
    private readonly JsonFlag _json = new();

    public TrainCommand()
        : base("train", "Train a network and keep its checkpoint. Ctrl-C saves; --resume goes on.")
    {
        _models.AddTo(this);
        _data.AddTo(this, training: true);
        _training.AddTo(this);
        Options.Add(_output);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline train --model resnet18 --epochs 2",
        "mlpipeline train --resume artifacts/resnet18/last.checkpoint",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var plan = TrainingPlan.Of(parsed, _models, _training);
        using var data = await _data.LoadAsync(parsed, terminal, cancellation).ConfigureAwait(false);
        plan.CheckImages(data);
        foreach (var entry in plan.Entries)
        {
            var folder = _output.FolderOf(parsed, entry.Name);
            using var trained = TrainingStage.Run(plan.Choice(entry, data), data, plan.Recipe(data, folder), terminal, cancellation);
            terminal.Write(Outcome(trained, data), console => console.WriteLine(
                $"{entry.Name}: test accuracy {Figures.Percent(trained.Result.Final!.Accuracy)}, loss {trained.Result.Final.Loss:0.0000}; " +
                trained.Result.LastCheckpoint));
        }
        return ExitCode.Ok;
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

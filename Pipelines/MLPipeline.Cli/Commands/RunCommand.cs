using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;

namespace MLPipeline.Cli.Commands;

/// <summary><c>run</c>: the whole path, from images to a verified, scored and reported ONNX file.</summary>
internal sealed class RunCommand : Command, IHaveExamples
{
    private readonly ModelFlags _models = new();
    private readonly DataFlags _data = new();
    private readonly TrainingFlags _training = new();
    private readonly OutputFlag _output = new();
    private readonly JsonFlag _json = new();

    public RunCommand()
        : base("run", "Train, recalibrate, export, verify, score in ONNX Runtime and ML.NET, evaluate, report.")
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
        "mlpipeline run",
        "mlpipeline run --model resnet18 --epochs 2 --train-count 10000",
        "mlpipeline run --model all --sample --epochs 1 --json",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var plan = TrainingPlan.Of(parsed, _models, _training);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        using var data = await _data.LoadAsync(parsed, terminal, cancellation).ConfigureAwait(false);
        var loading = clock.GetElapsedTime(start).TotalSeconds;
        plan.CheckImages(data);
        foreach (var entry in plan.Entries)
        {
            var folder = _output.FolderOf(parsed, entry.Name);
            var run = new WholeRun(data, folder, terminal, clock, cancellation);
            var outcome = run.Run(plan.Choice(entry, data), plan.Recipe(data, folder), _training.Device.Provider(parsed), loading);
            terminal.Write(outcome, console => RunSummary.Show(console, outcome));
        }
        return ExitCode.Ok;
    }
}

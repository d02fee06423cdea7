using System.CommandLine;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;

namespace MLPipeline.Cli.Commands;

/// <summary><c>run</c>: the whole path, from images to a verified, scored and reported ONNX file.</summary>
internal sealed class RunCommand() : TrainingCommand("run", "Train, recalibrate, export, verify, score in ONNX Runtime and ML.NET, evaluate, report."), IHaveExamples
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline run",
        "mlpipeline run --model resnet18 --epochs 2 --train-count 10000",
        "mlpipeline run --model all --sample --epochs 1 --json",
    ];

    protected override void Run(Work work, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var run = new WholeRun(work.Data, work.Folder, terminal, TimeProvider.System, cancellation);
        var outcome = run.Run(work.Choice, work.Recipe, Training.Device.Provider(parsed), work.LoadingSeconds);
        terminal.Write(outcome, console => RunSummary.Show(console, outcome));
    }
}

using MLPipeline.Cli.Stages;
using Spectre.Console;

namespace MLPipeline.Cli.Output;

/// <summary>A run's outcome for people.</summary>
internal static class RunSummary
{
    /// <summary>Writes a table of the engines, and a line on each thing worth knowing.</summary>
    public static void Show(IAnsiConsole console, RunOutcome outcome)
    {
        console.Write(Tables.Rows(
            [outcome.Model, ">Accuracy", ">Macro accuracy", ">Log-loss"],
            [
                ["TorchSharp", .. Row(outcome, engine => engine.Torch)],
                ["ONNX Runtime", .. Row(outcome, engine => engine.OnnxRuntime)],
                ["ML.NET", .. Row(outcome, engine => engine.MlNet)],
            ]));
        console.Write(Tables.Facts(
        [
            ("Labels agree", outcome.LabelsAgree ? $"yes, on all {Figures.Many(outcome.TestCount, "test image")}" : "NO"),
            ("Largest logit difference", Figures.Difference(outcome.MaxAbsoluteDifference)),
            ("Accuracy before batch norms were recalibrated", outcome.AccuracyBeforeRecalibration is { } before ? Figures.Percent(before) : "there are none"),
            ("BatchNormalization nodes left", outcome.BatchNormalizationNodes.ToString()),
            ("Model", outcome.ModelPath),
            ("Report", outcome.ReportPath),
            ("Time", Figures.Duration(outcome.Seconds)),
        ]));
    }

    private static IEnumerable<string> Row(RunOutcome outcome, Func<RunOutcome.PerEngine, double> engine) =>
    [
        Figures.Percent(engine(outcome.Accuracy)),
        Figures.Percent(engine(outcome.MacroAccuracy)),
        engine(outcome.LogLoss).ToString("0.0000"),
    ];
}

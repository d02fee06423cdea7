using MLPipeline.Cli.Output;
using MLPipeline.Cli.Reports;
using MLPipeline.Export;
using MLPipeline.Inference;
using MLPipeline.Training;
using MLPipeline.Training.Datasets;
using TorchSharp;

namespace MLPipeline.Cli.Stages;

/// <summary>One network's way from images to a report, stage by stage.</summary>
internal sealed class WholeRun(ImageSplit data, string folder, Terminal terminal, TimeProvider clock, CancellationToken cancellation)
{
    private readonly StageClock _stages = new(clock);

    /// <summary>Runs every stage and writes model, report and result into the folder.</summary>
    /// <param name="choice">The network.</param>
    /// <param name="recipe">How it is trained.</param>
    /// <param name="provider">Where ONNX Runtime computes.</param>
    /// <param name="loadingSeconds">What it took to load the data.</param>
    public RunOutcome Run(NetworkChoice choice, TrainerOptions recipe, ExecutionProvider provider, double loadingSeconds)
    {
        _stages.Add("data", loadingSeconds);
        using var trained = _stages.Time("training", () => TrainingStage.Run(choice, data, recipe, terminal, cancellation));
        var device = DeviceChoice.Parse(trained.Recipe.Device);
        var torch = _stages.Time("scoring in TorchSharp", () =>
            TorchScoring.Run(trained.Network, data.Test, trained.Recipe.Scaling!, device, clock, cancellation));

        var export = _stages.Time("export and verification", () => Export(trained));
        terminal.Say($"exported: {export.Path}, {Figures.Bytes(export.Bytes)}, batch norms folded {export.FoldedBatchNormalizations}, " +
            $"kept {export.KeptBatchNormalizations.Count}, largest error {Figures.Difference(export.MaxAbsoluteError ?? 0)}");

        var onnx = _stages.Time("scoring in ONNX Runtime", () =>
            OnnxScoring.Run(export.Path, data.Test, provider, terminal.Say, clock, cancellation));
        var mlNet = _stages.Time("scoring in ML.NET", () =>
            MLNetScoring.Run(export.Path, data.Test, provider, clock, cancellation));
        var engines = new ScoredBy(torch, onnx, mlNet);
        if (!engines.Agreement.Complete)
            terminal.Say($"warning: on {engines.Agreement.Images - engines.Agreement.SameLabel} test images the engines' labels differ.");

        var reportPath = Path.Combine(folder, "report.html");
        ReportPage.Save(ReportContent.Of(trained, data, export, engines, _stages.Stages, clock.GetUtcNow()), reportPath);
        var outcome = Outcome(trained, export, engines, reportPath);
        WholeFile.WriteText(Path.Combine(folder, "result.json"), Terminal.Serialize(outcome) + "\n");
        return outcome;
    }

    private ExportReport Export(TrainedNetwork trained)
    {
        trained.Network.cpu();
        var test = data.Test;
        var facts = TrainingFacts.Of(trained.Recipe, data.Name, data.Train.Count, trained.Result.Final!.Accuracy);
        var path = Path.Combine(folder, $"{trained.Choice.Entry.Name}.onnx");
        return ExportStage.Run(
            trained.Network, trained.Choice.Entry.Name, [test.Channels, test.Height, test.Width], trained.Recipe.Scaling!, test.ClassNames,
            facts, new ExportStage.Wishes(), path, terminal, cancellation);
    }

    private RunOutcome Outcome(TrainedNetwork trained, ExportReport export, ScoredBy engines, string reportPath) => new()
    {
        Model = trained.Choice.Entry.Name,
        Dataset = data.Name,
        TrainCount = data.Train.Count,
        TestCount = data.Test.Count,
        Accuracy = engines.Each(figures => figures.Accuracy),
        AccuracyBeforeRecalibration = trained.Result.Recalibration?.Before.Accuracy,
        MacroAccuracy = engines.Each(figures => figures.MacroAccuracy),
        LogLoss = engines.Each(figures => figures.LogLoss),
        LabelsAgree = engines.Agreement.Complete,
        MaxAbsoluteDifference = engines.Agreement.MaxAbsoluteDifference,
        BatchNormalizationNodes = export.Operators.GetValueOrDefault("BatchNormalization"),
        Parameters = export.Parameters,
        Seconds = _stages.Seconds,
        ModelPath = export.Path,
        ReportPath = reportPath,
    };
}

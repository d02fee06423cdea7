using System.Xml.Linq;
using MLPipeline.Cli.Output;
using MLPipeline.Training;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>The engines side by side, and whether they agree.</summary>
internal static class EngineSection
{
    /// <summary>The section.</summary>
    public static XElement Render(RunReport report) =>
        Section("Three engines, one model",
            Table(
                ["Engine", "Accuracy", "Macro accuracy", "Log-loss", "Top 3", "Images/s"],
                report.Engines.Select(Row)),
            E("p", Verdict(report.Agreement)),
            report.Recalibration is { } record ? E("p", Recalibrated(record, report.Data)) : null);

    private static IReadOnlyList<string> Row(EngineFigures engine) =>
    [
        engine.Name,
        Figures.Percent(engine.Accuracy),
        Figures.Percent(engine.MacroAccuracy),
        engine.LogLoss.ToString("0.0000"),
        Figures.Percent(engine.TopThree),
        Figures.Count((long)engine.ImagesPerSecond),
    ];

    private static string Verdict(Agreement agreement) =>
        (agreement.Complete
            ? $"All three give each of the {Figures.Count(agreement.Images)} test images the same label. "
            : $"On {Figures.Count(agreement.Images - agreement.SameLabel)} of {Figures.Count(agreement.Images)} test images the labels differ. ") +
        $"The largest difference of any logit between TorchSharp and ONNX Runtime is {Figures.Difference(agreement.MaxAbsoluteDifference)}.";

    private static string Recalibrated(RecalibrationRecord record, DataFacts data) =>
        "Batch normalisation keeps a moving average of its statistics, which lags behind the weights. Measured anew with the final weights over " +
        $"{Figures.Count(record.Images)} of {Figures.Count(data.TrainCount)} training images, " +
        (record.IsExact ? "layer by layer" : "in large batches that were each normalised by their own statistics and then pooled") +
        $", they took test accuracy from {Figures.Percent(record.Before.Accuracy)} to {Figures.Percent(record.After.Accuracy)}.";
}

using System.Xml.Linq;
using MLPipeline.Cli.Output;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>How loss and accuracy went, epoch by epoch.</summary>
internal static class LearningSection
{
    /// <summary>The section.</summary>
    public static XElement Render(RunReport report)
    {
        var epochs = report.Epochs;
        return Section("Learning curve",
            E("div", Class("charts"),
                LineChart.Render("Loss", value => value.ToString("0.00"),
                    new("training", "first", Points(epochs, epoch => epoch.TrainLoss)),
                    new("test", "second", Points(epochs, epoch => epoch.TestLoss))),
                LineChart.Render("Accuracy", value => $"{value * 100:0.#} %",
                    new("training", "first", Points(epochs, epoch => epoch.TrainAccuracy)),
                    new("test", "second", Points(epochs, epoch => epoch.TestAccuracy)))),
            Table(["Epoch", "Training loss", "Training accuracy", "Test loss", "Test accuracy"], epochs.Select(Row)),
            E("p", Class("note"),
                "Training figures are running means over the epoch, in training mode; test figures are taken at its end, before the " +
                "batch norms were recalibrated."));
    }

    private static IReadOnlyList<(double X, double Y)> Points(IEnumerable<EpochFigures> epochs, Func<EpochFigures, double> figure) =>
        [.. epochs.Select(epoch => ((double)epoch.Epoch, figure(epoch)))];

    private static IReadOnlyList<string> Row(EpochFigures epoch) =>
    [
        epoch.Epoch.ToString(),
        epoch.TrainLoss.ToString("0.0000"),
        Figures.Percent(epoch.TrainAccuracy),
        epoch.TestLoss.ToString("0.0000"),
        Figures.Percent(epoch.TestAccuracy),
    ];
}

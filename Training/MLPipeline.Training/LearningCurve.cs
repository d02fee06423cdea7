using System.Text;
using MLPipeline.Training.Checkpoints;
using ScottPlot;
using SkiaSharp;

namespace MLPipeline.Training;

/// <summary>Loss and accuracy over the epochs, as a picture: left the loss, right the accuracy, each for training and test images.</summary>
public static class LearningCurve
{
    private const int Width = 1200;
    private const int Height = 450;
    private static readonly Color TrainColor = Color.FromHex("#4c78a8");
    private static readonly Color TestColor = Color.FromHex("#e45756");

    /// <summary>Writes a PNG of 1200 x 450 pixels: beside the old one, then in its place.</summary>
    /// <param name="history">One epoch or more.</param>
    /// <param name="path">The file; its folder exists.</param>
    /// <exception cref="ArgumentException">No epoch is there to draw.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePng(IReadOnlyList<EpochRecord> history, string path)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        Draw(history, surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        WholeFile.Write(path, png.SaveTo);
    }

    /// <summary>The same as SVG text, to stand in an HTML page.</summary>
    /// <param name="history">One epoch or more.</param>
    /// <exception cref="ArgumentException">No epoch is there to draw.</exception>
    public static string ToSvg(IReadOnlyList<EpochRecord> history)
    {
        using var svg = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(Width, Height), svg))
            Draw(history, canvas);
        return Encoding.UTF8.GetString(svg.ToArray());
    }

    private static void Draw(IReadOnlyList<EpochRecord> history, SKCanvas canvas)
    {
        if (history.Count == 0)
            throw new ArgumentException("A learning curve needs an epoch or more.", nameof(history));
        var plots = new Multiplot { Layout = new ScottPlot.MultiplotLayouts.Columns() };
        plots.AddPlots(2);
        Fill(plots.GetPlot(0), history, "Loss", "cross-entropy", e => e.TrainLoss, e => e.TestLoss, Alignment.UpperRight);
        Fill(plots.GetPlot(1), history, "Accuracy", "% right", e => 100 * e.TrainAccuracy, e => 100 * e.TestAccuracy, Alignment.LowerRight);
        plots.Render(canvas, new PixelRect(0, Width, Height, 0));
    }

    private static void Fill(
        Plot plot, IReadOnlyList<EpochRecord> history, string title, string unit, Func<EpochRecord, double> train, Func<EpochRecord, double> test, Alignment legend)
    {
        double[] epochs = [.. history.Select(epoch => (double)epoch.Epoch)];
        AddCurve(plot, epochs, [.. history.Select(train)], TrainColor, "training, during the epoch");
        AddCurve(plot, epochs, [.. history.Select(test)], TestColor, "test, after the epoch");
        plot.Title(title);
        plot.XLabel("epoch");
        plot.YLabel(unit);
        // ScottPlot measures the ticks too late for the first picture: without room of its own the label runs into them.
        plot.Axes.Left.MinimumSize = 70;
        plot.ShowLegend(legend);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(epochs[0] - 0.5, epochs[^1] + 0.5);
    }

    private static void AddCurve(Plot plot, double[] epochs, double[] values, Color color, string name)
    {
        var curve = plot.Add.Scatter(epochs, values);
        (curve.Color, curve.LineWidth, curve.MarkerSize, curve.LegendText) = (color, 2, 6, name);
    }
}

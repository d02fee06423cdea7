using System.Xml.Linq;
using MLPipeline.Cli.Output;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary><c>report.html</c>: one file with everything in it, no script, nothing fetched.</summary>
internal static class ReportPage
{
    /// <summary>The page as text.</summary>
    public static string Render(RunReport report)
    {
        var page = E("html", A("lang", "en"),
            E("head",
                E("meta", A("charset", "utf-8")),
                E("meta", A("name", "viewport"), A("content", "width=device-width, initial-scale=1")),
                E("meta", A("name", "color-scheme"), A("content", "light dark")),
                E("title", $"{report.Model} on {report.Data.Name}"),
                E("style", Style())),
            E("body", E("main",
                Header(report),
                EngineSection.Render(report),
                LearningSection.Render(report),
                ConfusionSection.Render(report),
                MistakeSection.Render(report),
                ExportSection.Render(report),
                RunSection.Render(report)),
                E("footer", $"Written by mlpipeline {VersionLine.Version}, {report.Finished.UtcDateTime:yyyy-MM-dd HH:mm} UTC.")));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>Writes the page whole, or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(RunReport report, string path) => WholeFile.WriteText(path, Render(report));

    private static XElement Header(RunReport report)
    {
        var engine = report.Engines[0];
        return E("header",
            E("p", Class("kicker"), report.Data.Name),
            E("h1", report.Model),
            E("p", Class("lead"), Lead(report, engine)),
            E("div", Class("tiles"),
                Tile(Figures.Percent(engine.Accuracy), $"of {Figures.Count(report.Data.TestCount)} test images right"),
                Tile(report.Agreement.Complete ? "all" : Figures.Count(report.Agreement.SameLabel), "labels the same in all three engines"),
                Tile(Figures.Difference(report.Agreement.MaxAbsoluteDifference), "largest logit difference, TorchSharp to ONNX Runtime"),
                Tile(Figures.Count(report.Export.Parameters), $"numbers in a file of {Figures.Bytes(report.Export.Bytes)}"),
                Tile(Figures.Duration(report.Stages.Sum(stage => stage.Seconds)), "from data to this page")));
    }

    private static string Lead(RunReport report, EngineFigures engine) =>
        $"Trained in TorchSharp on {Figures.Count(report.Data.TrainCount)} images, exported to ONNX, scored in ONNX Runtime and in ML.NET. " +
        $"It names {Figures.Percent(engine.Accuracy)} of {Figures.Count(report.Data.TestCount)} unseen images rightly" +
        (report.Agreement.Complete
            ? ", and all three give every image the same label."
            : $"; on {Figures.Count(report.Agreement.Images - report.Agreement.SameLabel)} of them the three do not agree.");

    private static XElement Tile(string figure, string meaning) =>
        E("div", Class("tile"), E("strong", figure), E("span", meaning));

    private static string Style()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

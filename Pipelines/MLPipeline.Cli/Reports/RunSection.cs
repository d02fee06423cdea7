using System.Xml.Linq;
using MLPipeline.Cli.Output;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>Recipe, environment, and where the time went.</summary>
internal static class RunSection
{
    /// <summary>The section.</summary>
    public static XElement Render(RunReport report) =>
        Section("How it was made",
            E("div", Class("columns"),
                E("div", E("h3", "Recipe"), Facts(
                [
                    ("Data", $"{report.Data.Name}: {report.Data.Origin}"),
                    ("Images", $"{Figures.Count(report.Data.TrainCount)} to train on, {Figures.Count(report.Data.TestCount)} to test"),
                    .. report.Recipe,
                ])),
                E("div", E("h3", "Environment"), Facts(report.Environment))),
            E("h3", "Time"),
            E("div", Class("stages"), report.Stages.Where(stage => stage.Seconds > 0).Select(Bar)),
            E("ol", Class("legend"), report.Stages.Select(stage => E("li", E("span", stage.Name), E("b", Figures.Duration(stage.Seconds))))));

    private static XElement Bar(StageTime stage) =>
        E("i", A("style", $"flex-grow:{stage.Seconds:0.###}"), A("title", $"{stage.Name}: {Figures.Duration(stage.Seconds)}"));
}

using System.Xml.Linq;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>The mistakes the network was surest of, as pictures.</summary>
internal static class MistakeSection
{
    /// <summary>The section.</summary>
    public static XElement Render(RunReport report) =>
        Section("Worst mistakes",
            E("p", report.Mistakes.Count == 0
                ? "There are none."
                : "Wrong, and sure of it: the test images whose true class was given the least probability. Below each, how sure the network was."),
            E("div", Class("mistakes"), report.Mistakes.Select(Show)));

    private static XElement Show(Mistake mistake) =>
        E("figure",
            E("img",
                A("src", $"data:image/png;base64,{Convert.ToBase64String(mistake.Png)}"),
                A("alt", $"Test image {mistake.Index}"),
                A("title", $"Test image {mistake.Index}")),
            E("figcaption",
                E("b", mistake.Truth),
                E("span", $"taken for {mistake.Predicted}"),
                E("span", Class("sure"), $"{mistake.Probability * 100:0.0} %")));
}

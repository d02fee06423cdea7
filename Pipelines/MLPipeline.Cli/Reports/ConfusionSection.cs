using System.Xml.Linq;
using MLPipeline.Cli.Output;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>Which class is taken for which, as a heat map.</summary>
internal static class ConfusionSection
{
    /// <summary>The section.</summary>
    public static XElement Render(RunReport report)
    {
        var names = report.Data.ClassNames;
        var counts = report.Confusion;
        return Section("What is taken for what",
            E("p", Worst(names, counts)),
            E("div", Class("wide"), E("table", Class("confusion"),
                E("thead", E("tr",
                    E("th", Class("corner"), "true class"),
                    names.Select(name => E("th", E("span", name))),
                    E("th", E("span", Class("sum"), "recall")))),
                E("tbody", counts.Select((row, truth) => Row(names[truth], row, truth))),
                E("tfoot", E("tr",
                    E("th", "precision"),
                    names.Select((_, predicted) => E("td", Share(counts[predicted][predicted], counts.Sum(row => row[predicted])))),
                    E("td"))))),
            E("p", Class("note"), "Rows are true classes, columns what the network said. Blue is right, red is wrong."));
    }

    private static XElement Row(string name, IReadOnlyList<long> row, int truth) =>
        E("tr",
            E("th", name),
            row.Select((count, predicted) => Cell(count, row.Sum(), predicted == truth)),
            E("td", Class("sum"), Share(row[truth], row.Sum())));

    private static XElement Cell(long count, long total, bool right)
    {
        var share = total == 0 ? 0 : (double)count / total;
        // Mistakes are rare: the square root lets one in a hundred be seen.
        var heat = right ? share : Math.Sqrt(share);
        var style = count == 0 ? "none" : right && share > 0.55 ? "right strong" : right ? "right" : "wrong";
        return E("td", Class(style), A("style", $"--heat:{heat:0.###}"), count.ToString());
    }

    private static string Worst(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<long>> counts)
    {
        var pairs =
            from truth in Enumerable.Range(0, names.Count)
            from predicted in Enumerable.Range(0, names.Count)
            where truth != predicted && counts[truth][predicted] > 0
            orderby counts[truth][predicted] descending
            select $"{names[truth]} for {names[predicted]} ({Figures.Many(counts[truth][predicted], "time")})";
        var worst = pairs.Take(3).ToList();
        return worst.Count == 0 ? "Nothing is taken for anything else." : $"Most often mistaken: {string.Join("; ", worst)}.";
    }

    private static string Share(long part, long whole) => whole == 0 ? "–" : $"{100.0 * part / whole:0.0} %";
}

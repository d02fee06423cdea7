using System.Xml.Linq;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>A small line chart as SVG, in the page's own colours, light or dark.</summary>
internal static class LineChart
{
    private const double Width = 480, Height = 270, Left = 56, Right = 78, Top = 34, Bottom = 30;
    private const int Steps = 4;
    private static readonly int[] RoundFactors = [1, 2, 5, 10];

    /// <summary>A line: its name, the class that colours it, and its points from left to right.</summary>
    internal sealed record Line(string Name, string Style, IReadOnlyList<(double X, double Y)> Points);

    /// <summary>Draws the lines over one pair of axes; the horizontal one counts epochs.</summary>
    /// <param name="title">What the vertical axis measures.</param>
    /// <param name="format">Writes a value of the vertical axis.</param>
    /// <param name="lines">One or more; values that are not finite are left out.</param>
    public static XElement Render(string title, Func<double, string> format, params IReadOnlyList<Line> lines)
    {
        var shown = lines
            .Select(line => line with { Points = [.. line.Points.Where(p => double.IsFinite(p.Y))] })
            .Where(line => line.Points.Count > 0)
            .ToList();
        var all = shown.SelectMany(line => line.Points).DefaultIfEmpty((1, 0)).ToList();
        var xs = new Scale(all.Min(p => p.X), Math.Max(all.Max(p => p.X), all.Min(p => p.X) + 1), Left, Width - Right);
        var (low, high, step) = Ticks(all.Min(p => p.Y), all.Max(p => p.Y));
        var ys = new Scale(low, high, Height - Bottom, Top);
        return E("svg", A("viewBox", $"0 0 {Width} {Height}"), A("role", "img"), Class("chart"),
            E("title", title),
            Label(Left, 18, "start", "title", title),
            Enumerable.Range(0, (int)Math.Round((high - low) / step) + 1)
                .Select(i => low + (i * step))
                .Select(value => Rule(ys.At(value), format(value))),
            EpochLabels(all, xs),
            shown.Select(line => Curve(line, xs, ys)),
            Names(shown, xs, ys));
    }

    private static IEnumerable<XElement> Curve(Line line, Scale xs, Scale ys)
    {
        var points = line.Points.Select(p => $"{xs.At(p.X):0.0},{ys.At(p.Y):0.0}").ToList();
        yield return E("polyline", Class(line.Style), A("points", string.Join(' ', points)));
        foreach (var (x, y) in line.Points)
            yield return E("circle", Class(line.Style), A("cx", $"{xs.At(x):0.0}"), A("cy", $"{ys.At(y):0.0}"), A("r", "3"));
    }

    /// <summary>Each line's name at its right end, moved apart where two would overlap.</summary>
    private static IEnumerable<XElement> Names(IEnumerable<Line> lines, Scale xs, Scale ys)
    {
        const double Apart = 15;
        var above = double.NegativeInfinity;
        foreach (var line in lines.OrderBy(line => ys.At(line.Points[^1].Y)))
        {
            above = Math.Max(ys.At(line.Points[^1].Y) + 4, above + Apart);
            yield return Label(xs.At(line.Points[^1].X) + 9, above, "start", line.Style, line.Name);
        }
    }

    private static IEnumerable<XElement> EpochLabels(List<(double X, double Y)> points, Scale xs)
    {
        var epochs = points.Select(p => p.X).Distinct().Order().ToList();
        var every = Math.Max(1, (int)Math.Ceiling(epochs.Count / 10.0));
        return epochs.Where((_, at) => at % every == 0).Select(epoch => Label(xs.At(epoch), Height - 9, "middle", "tick", $"{epoch:0}"));
    }

    private static IEnumerable<XElement> Rule(double y, string text)
    {
        yield return E("line", A("x1", $"{Left}"), A("x2", $"{Width - Right}"), A("y1", $"{y:0.0}"), A("y2", $"{y:0.0}"));
        yield return Label(Left - 8, y + 4, "end", "tick", text);
    }

    private static XElement Label(double x, double y, string anchor, string style, string text) =>
        E("text", A("x", $"{x:0.0}"), A("y", $"{y:0.0}"), A("text-anchor", anchor), Class(style), text);

    /// <summary>Round numbers around the values: steps of 1, 2 or 5 times a power of ten.</summary>
    private static (double Low, double High, double Step) Ticks(double low, double high)
    {
        var rough = Math.Max(high - low, 1e-3) / Steps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * RoundFactors.First(factor => factor * power >= rough);
        var from = Math.Floor(low / step) * step;
        return (from, Math.Max(Math.Ceiling(high / step) * step, from + step), step);
    }

    private sealed record Scale(double From, double To, double Start, double End)
    {
        public double At(double value) => Start + ((value - From) / (To - From) * (End - Start));
    }
}

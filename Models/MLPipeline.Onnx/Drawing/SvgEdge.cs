using System.Globalization;
using System.Text;
using System.Xml.Linq;
using MLPipeline.Onnx.Drawing.Layout;

namespace MLPipeline.Onnx.Drawing;

/// <summary>Draws an edge along its bends; one that passes a layer, as a residual connection does, stands out.</summary>
internal static class SvgEdge
{
    private const double Arrow = 6, Drop = 12, Rise = 20, Round = 6;

    /// <summary>The curve and its arrow.</summary>
    /// <param name="path">A box, bends, a box.</param>
    /// <param name="columns">Where each column of the drawing begins.</param>
    public static XElement Draw(IReadOnlyList<Spot> path, IReadOnlyList<double> columns)
    {
        var style = path.Count > 2 ? " long" : "";
        var end = path[^1];
        var curve = new StringBuilder();
        curve.Append(CultureInfo.InvariantCulture, $"M{path[0].X:0.#} {path[0].Y + path[0].Height:0.#}");
        for (var i = 1; i < path.Count; i++)
        {
            var (from, to) = (path[i - 1], path[i]);
            var top = to.Y - (to == end ? Arrow : 0);
            if (from.Column == to.Column)
                Down(curve, from, to.X, top);
            else
                Across(curve, from, to.X, top, columns[to.Column] - Columns.Gap / 2);
            if (to != end)
                curve.Append(CultureInfo.InvariantCulture, $"V{to.Y + to.Height:0.#}");
        }

        return SvgElement.Of("g").With(
        [
            SvgElement.Of("path", ("class", "edge" + style), ("d", curve.ToString())),
            SvgElement.Of("path", ("class", "arrow" + style), ("d", FormattableString.Invariant($"M{end.X:0.#} {end.Y:0.#}l-3.6 -7h7.2z"))),
        ]);
    }

    // A curve that is upright at both ends.
    private static void Down(StringBuilder curve, Spot from, double x, double y)
    {
        var middle = (from.Y + from.Height + y) / 2;
        if (Math.Abs(from.X - x) < 0.5)
            curve.Append(CultureInfo.InvariantCulture, $"V{y:0.#}");
        else
            curve.Append(CultureInfo.InvariantCulture, $"C{from.X:0.#} {middle:0.#} {x:0.#} {middle:0.#} {x:0.#} {y:0.#}");
    }

    // Down, over into the gap before the next column, up above it, over, and down again.
    private static void Across(StringBuilder curve, Spot from, double x, double y, double gap)
    {
        var low = from.Y + from.Height + Drop;
        const double High = -Rise;
        curve.Append(CultureInfo.InvariantCulture, $"V{low - Round:0.#}");
        Corner(curve, from.X, low, from.X + Round, low);
        curve.Append(CultureInfo.InvariantCulture, $"H{gap - Round:0.#}");
        Corner(curve, gap, low, gap, low - Round);
        curve.Append(CultureInfo.InvariantCulture, $"V{High + Round:0.#}");
        Corner(curve, gap, High, gap + Round, High);
        curve.Append(CultureInfo.InvariantCulture, $"H{x - Round:0.#}");
        Corner(curve, x, High, x, High + Round);
        curve.Append(CultureInfo.InvariantCulture, $"V{y:0.#}");
    }

    private static void Corner(StringBuilder curve, double x, double y, double endX, double endY) =>
        curve.Append(CultureInfo.InvariantCulture, $"Q{x:0.#} {y:0.#} {endX:0.#} {endY:0.#}");
}

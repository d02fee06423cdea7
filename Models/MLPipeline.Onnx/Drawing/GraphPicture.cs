using System.Globalization;
using System.Xml.Linq;
using MLPipeline.Onnx.Drawing.Layout;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Drawing;

/// <summary>
/// A picture of a graph for people, as SVG: from top to bottom, and column by column where it is long. Operators that follow each other
/// within a module share a box; pointing at a line tells all of its node.
/// </summary>
public static class GraphPicture
{
    private const double Margin = 24;
    private const double Header = 98;

    /// <summary>Draws a model.</summary>
    /// <param name="model">What to draw; its weights are not.</param>
    /// <param name="title">The heading.</param>
    /// <returns>A whole SVG document, without scripts and links.</returns>
    public static string Draw(Model model, string title)
    {
        var boxes = new BoxGraph(model.Graph);
        var layout = new LayeredLayout([.. boxes.Boxes.Select(box => (box.Width, box.Height))], boxes.Edges);
        var families = boxes.Boxes.SelectMany(box => box.Lines).Select(line => line.Family).Distinct().Order().ToList();
        var width = Math.Max(layout.Width, SvgLegend.WidthOf(families)) + 2 * Margin;
        var height = layout.Height + Header + 2 * Margin;
        var svg = SvgElement.Of("svg",
            ("viewBox", FormattableString.Invariant($"0 0 {width:0} {height:0}")), ("width", SvgElement.Number(width)), ("height", SvgElement.Number(height)), ("role", "img"));
        svg.Add(
            SvgElement.Of("title", title),
            SvgElement.Of("style", SvgStyle.Text),
            SvgElement.Of("rect", ("class", "paper"), ("width", "100%"), ("height", "100%")),
            SvgLegend.Draw(title, Summary(model), families, Margin),
            SvgElement.Of("g", ("transform", FormattableString.Invariant($"translate({Margin} {Header + Margin})")))
                .With(layout.Paths.Select(path => SvgEdge.Draw(path, layout.ColumnStarts)))
                .With(boxes.Boxes.Zip(layout.Boxes, SvgBox.Draw)));
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static string Summary(Model model)
    {
        var numbers = model.Graph.Initializers.Values.Sum(data => data.Count);
        return string.Create(CultureInfo.InvariantCulture, $"{model.Graph.Nodes.Count:N0} nodes, {numbers:N0} numbers, opset {model.Opset}");
    }
}

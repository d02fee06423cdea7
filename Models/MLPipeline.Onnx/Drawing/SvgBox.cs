using System.Xml.Linq;
using MLPipeline.Onnx.Drawing.Layout;
using static MLPipeline.Onnx.Drawing.SvgElement;

namespace MLPipeline.Onnx.Drawing;

/// <summary>Draws a box with its lines.</summary>
internal static class SvgBox
{
    /// <summary>At the spot the layout found.</summary>
    public static XElement Draw(Box box, Spot spot)
    {
        var left = spot.X - spot.Width / 2;
        var group = Of("g", ("transform", $"translate({Number(left)} {Number(spot.Y)})"))
            .With([Of("rect", ("class", "box"), ("width", Number(box.Width)), ("height", Number(box.Height)), ("rx", "5"))]);
        if (box.Title.Length > 0)
            group.Add(Label(Box.Indent - 5, 12, "title", box.Title));
        return group.With(box.Lines.Select((line, i) => Line(line, box, box.Top + i * Box.LineHeight)));
    }

    private static XElement Line(BoxLine line, Box box, double top)
    {
        const double Baseline = 13.5;
        var drawn = Of("g", ("class", "line"), ("transform", $"translate(0 {Number(top)})")).With(
        [
            Of("title", line.Tooltip),
            Of("rect", ("class", line.Family.ToString().ToLowerInvariant()), ("x", "3"), ("y", "2"), ("width", Number(box.Width - 6)), ("height", Number(Box.LineHeight - 3)), ("rx", "3")),
            Of("text", ("x", Number(Box.Indent - 5)), ("y", Number(Baseline))).With(
            [
                Of("tspan", line.Name, ("class", "name")),
                Of("tspan", line.Detail, ("class", "detail"), ("dx", "7")),
            ]),
        ]);
        if (line.Shape.Length > 0)
            drawn.Add(Label(box.Width - 9, Baseline, "shape", line.Shape));
        return drawn;
    }
}

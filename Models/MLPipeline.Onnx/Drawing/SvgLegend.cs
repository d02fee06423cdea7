using System.Xml.Linq;
using static MLPipeline.Onnx.Drawing.SvgElement;

namespace MLPipeline.Onnx.Drawing;

/// <summary>The heading, and which colour stands for what.</summary>
internal static class SvgLegend
{
    private const double Size = 11.5, Swatch = 14, Space = 20;

    /// <summary>What the legend needs, in pixels.</summary>
    public static double WidthOf(IEnumerable<OperatorFamily> families) => families.Sum(Step);

    /// <summary>Draws both.</summary>
    public static XElement Draw(string title, string summary, IReadOnlyList<OperatorFamily> families, double margin)
    {
        var group = Of("g", ("transform", $"translate({Number(margin)} {Number(margin)})"))
            .With([Label(0, 16, "heading", title), Label(0, 37, "summary", summary)]);
        var x = 0.0;
        foreach (var family in families)
        {
            group.Add(
                Of("rect", ("class", family.ToString().ToLowerInvariant()), ("x", Number(x)), ("y", "50"), ("width", Number(Swatch)), ("height", Number(Swatch)), ("rx", "3")),
                Label(x + Swatch + 6, 61, "detail", family.Caption()));
            x += Step(family);
        }

        return group;
    }

    private static double Step(OperatorFamily family) => Swatch + 6 + TextWidth.Of(family.Caption(), Size) + Space;
}

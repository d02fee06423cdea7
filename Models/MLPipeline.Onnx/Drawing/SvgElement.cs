using System.Globalization;
using System.Xml.Linq;

namespace MLPipeline.Onnx.Drawing;

/// <summary>Elements of SVG as XML, so that no name in a graph can be taken for markup.</summary>
internal static class SvgElement
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>An element with attributes.</summary>
    public static XElement Of(string name, params (string Name, string Value)[] attributes) =>
        new(Svg + name, attributes.Select(a => new XAttribute(a.Name, Printable(a.Value))));

    /// <summary>An element with text and attributes.</summary>
    public static XElement Of(string name, string text, params (string Name, string Value)[] attributes) => Of(name, attributes).With([new XText(Printable(text))]);

    /// <summary>Adds content.</summary>
    public static XElement With(this XElement element, IEnumerable<XNode> content)
    {
        element.Add(content);
        return element;
    }

    /// <summary>A text at a place.</summary>
    public static XElement Label(double x, double y, string style, string text) => Of("text", text, ("x", Number(x)), ("y", Number(y)), ("class", style));

    /// <summary>A length in pixels.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    // XML has no way to write most control characters.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) && c != '\n' || char.IsSurrogate(c) ? '?' : c));
}

using System.Xml.Linq;

namespace MLPipeline.Cli.Reports;

/// <summary>HTML elements as XML: every text is escaped on the way out, and every element is closed.</summary>
internal static class Html
{
    private static readonly HashSet<string> Void = ["br", "hr", "img", "meta"];

    /// <summary>An element with attributes, texts, elements, or sequences of them.</summary>
    public static XElement E(string name, params object?[] content)
    {
        var element = new XElement(name, content);
        // HTML knows no <div/>: an empty element needs its end tag.
        if (element.IsEmpty && !Void.Contains(name))
            element.Value = "";
        return element;
    }

    /// <summary>An attribute.</summary>
    public static XAttribute A(string name, string value) => new(name, value);

    /// <summary>The <c>class</c> attribute.</summary>
    public static XAttribute Class(string names) => new("class", names);

    /// <summary>A part of the page with its heading.</summary>
    public static XElement Section(string title, params object?[] content) => E("section", E("h2", title), content);

    /// <summary>A table under headings; columns from <paramref name="numbersFrom"/> on are numbers.</summary>
    public static XElement Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, int numbersFrom = 1) =>
        E("div", Class("wide"), E("table",
            E("thead", E("tr", headings.Select((heading, column) => Cell("th", heading, column >= numbersFrom)))),
            E("tbody", rows.Select(row => E("tr", row.Select((cell, column) => Cell(column == 0 ? "th" : "td", cell, column >= numbersFrom)))))));

    /// <summary>Names and facts.</summary>
    public static XElement Facts(IEnumerable<(string Name, string Fact)> facts) =>
        E("dl", facts.Select(fact => E("div", E("dt", fact.Name), E("dd", fact.Fact))));

    private static XElement Cell(string name, string text, bool number) => E(name, number ? Class("number") : null, text);
}

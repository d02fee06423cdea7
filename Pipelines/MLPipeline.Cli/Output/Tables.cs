using Spectre.Console;

namespace MLPipeline.Cli.Output;

/// <summary>The two tables this product shows: facts by name, and rows under headings.</summary>
internal static class Tables
{
    /// <summary>Names on the left, what is known on the right.</summary>
    public static Table Facts(params IReadOnlyList<(string Name, string Fact)> facts)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("").NoWrap().PadRight(3)).AddColumn("");
        foreach (var (name, fact) in facts)
            table.AddRow(new Markup(Markup.Escape(name), new Style(decoration: Decoration.Bold)), new Text(fact));
        return table;
    }

    /// <summary>Rows under headings; columns whose heading starts with '&gt;' are numbers, to the right.</summary>
    public static Table Rows(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var heading in headings)
        {
            var column = new TableColumn(Markup.Escape(heading.TrimStart('>'))).NoWrap();
            table.AddColumn(heading.StartsWith('>') ? column.RightAligned() : column);
        }
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }
}

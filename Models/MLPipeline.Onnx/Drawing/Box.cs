namespace MLPipeline.Onnx.Drawing;

/// <summary>A line of a box: one operator, or an input or output.</summary>
/// <param name="Family">Its colour.</param>
/// <param name="Name">The operator, in bold.</param>
/// <param name="Detail">Kernel, axis and so on.</param>
/// <param name="Shape">The shape it gives; empty when the line above gives the same.</param>
/// <param name="Tooltip">All there is to know.</param>
internal sealed record BoxLine(OperatorFamily Family, string Name, string Detail, string Shape, string Tooltip);

/// <summary>One box of the picture: operators that follow each other with nothing else in between, of one module.</summary>
/// <param name="Title">The module's path; empty for the network itself.</param>
/// <param name="Lines">From top to bottom.</param>
internal sealed record Box(string Title, IReadOnlyList<BoxLine> Lines)
{
    /// <summary>Of a line.</summary>
    public const double LineHeight = 19;

    /// <summary>From the left edge to the text.</summary>
    public const double Indent = 14;

    private const double TitleHeight = 16, Space = 14, Right = 9;

    /// <summary>Where the first line begins.</summary>
    public double Top => Title.Length > 0 ? TitleHeight : 0;

    /// <summary>In pixels.</summary>
    public double Height => Top + Lines.Count * LineHeight + (Title.Length > 0 ? 3 : 0);

    /// <summary>In pixels.</summary>
    public double Width => Math.Max(
        Indent + TextWidth.Of(Title, 10) + Right,
        Lines.Max(line => Indent + TextWidth.Of(line.Name, 12.5) + Gap(line.Detail) + TextWidth.Of(line.Detail, 11.5) + Gap(line.Shape) + TextWidth.Of(line.Shape, 11) + Right));

    private static double Gap(string text) => text.Length > 0 ? Space : 0;
}

namespace MLPipeline.Onnx.Drawing.Layout;

/// <summary>
/// A layered drawing of a directed graph without cycles, from top to bottom (K. Sugiyama et al., 1981): layers by longest path, bends where an
/// edge passes a layer, few crossings by barycentres, places by least squares. A tall drawing is cut into columns.
/// </summary>
internal sealed class LayeredLayout
{
    /// <summary>From one layer to the next.</summary>
    public const double LayerGap = 26;

    private readonly List<Spot> _boxes;

    /// <summary>Lays a graph out.</summary>
    /// <param name="sizes">Of each box, in pixels.</param>
    /// <param name="edges">From box to box; none leads back.</param>
    public LayeredLayout(IReadOnlyList<(double Width, double Height)> sizes, IReadOnlyList<(int From, int To)> edges)
    {
        _boxes = [.. sizes.Select(size => new Spot(size.Width, size.Height))];
        Layering.Assign(_boxes, edges);
        Paths = [.. edges.Select(edge => PathOf(_boxes[edge.From], _boxes[edge.To]))];
        var layers = Paths.SelectMany(path => path).Concat(_boxes).Distinct().GroupBy(spot => spot.Layer).OrderBy(g => g.Key).Select(g => g.ToList()).ToList();
        LayerOrder.Arrange(layers);
        Placement.Across(layers);
        Down(layers);
        ColumnStarts = Columns.Cut(layers);
        Width = Spots(layers).Max(spot => spot.X + spot.Width / 2);
        Height = Spots(layers).Max(spot => spot.Y + spot.Height);
    }

    /// <summary>The boxes in the order given.</summary>
    public IReadOnlyList<Spot> Boxes => _boxes;

    /// <summary>Each edge in the order given: its box, its bends, its box.</summary>
    public IReadOnlyList<IReadOnlyList<Spot>> Paths { get; }

    /// <summary>Where each column begins, across.</summary>
    public IReadOnlyList<double> ColumnStarts { get; }

    /// <summary>Of the whole, in pixels.</summary>
    public double Width { get; }

    /// <summary>Of the whole, in pixels.</summary>
    public double Height { get; }

    private static List<Spot> PathOf(Spot from, Spot to)
    {
        var path = new List<Spot> { from };
        for (var layer = from.Layer + 1; layer < to.Layer; layer++)
            path.Add(new Spot(0, 0) { Layer = layer });
        path.Add(to);
        for (var i = 1; i < path.Count; i++)
        {
            path[i - 1].Below.Add(path[i]);
            path[i].Above.Add(path[i - 1]);
        }

        return path;
    }

    // A bend spans its layer: the edge runs straight beside the boxes.
    private static void Down(List<List<Spot>> layers)
    {
        var top = 0.0;
        foreach (var layer in layers)
        {
            var height = layer.Max(spot => spot.Height);
            foreach (var bend in layer.Where(spot => spot.IsBend))
                bend.Height = height;
            foreach (var spot in layer)
                spot.Y = top + (height - spot.Height) / 2;
            top += height + LayerGap;
        }
    }

    private static IEnumerable<Spot> Spots(List<List<Spot>> layers) => layers.SelectMany(layer => layer);
}

namespace MLPipeline.Onnx.Drawing.Layout;

/// <summary>Cuts a tall drawing into columns, read like a page, where a single value leads on.</summary>
internal static class Columns
{
    /// <summary>From one column to the next: room for the edges that lead on.</summary>
    public const double Gap = 70;

    private const double Ratio = 1.5;

    /// <summary>Numbers the columns, moves each to its place, and leaves the drawing with its corner at 0, 0.</summary>
    /// <returns>Where each column begins, across.</returns>
    public static IReadOnlyList<double> Cut(List<List<Spot>> layers)
    {
        var count = Count(layers);
        var left = 0.0;
        var starts = new List<double>();
        foreach (var column in Split(layers, count))
        {
            starts.Add(left);
            var spots = column.SelectMany(layer => layer).ToList();
            var (x, y) = (spots.Min(s => s.X - s.Width / 2), spots.Min(s => s.Y));
            foreach (var spot in spots)
            {
                spot.X += left - x;
                spot.Y -= y;
            }

            left = spots.Max(s => s.X + s.Width / 2) + Gap;
        }

        return starts;
    }

    // As many columns as make the whole a little wider than it is high.
    private static int Count(List<List<Spot>> layers)
    {
        var spots = layers.SelectMany(layer => layer).ToList();
        var width = spots.Max(s => s.X + s.Width / 2) - spots.Min(s => s.X - s.Width / 2) + Gap;
        var height = spots.Max(s => s.Y + s.Height);
        return Math.Max(1, (int)Math.Round(Math.Sqrt(Ratio * height / width)));
    }

    private static List<List<List<Spot>>> Split(List<List<Spot>> layers, int count)
    {
        var height = layers.SelectMany(layer => layer).Max(s => s.Y + s.Height) / count;
        var columns = new List<List<List<Spot>>> { new() };
        var top = 0.0;
        for (var i = 0; i < layers.Count; i++)
        {
            columns[^1].Add(layers[i]);
            foreach (var spot in layers[i])
                spot.Column = columns.Count - 1;
            var bottom = layers[i].Max(s => s.Y + s.Height);
            if (i + 1 == layers.Count || bottom - top < height || !IsWaist(layers[i]))
                continue;
            columns.Add([]);
            top = bottom;
        }

        return columns;
    }

    // One box leads on, and nothing passes it.
    private static bool IsWaist(List<Spot> layer) => layer.Where(spot => spot.Below.Count > 0).ToList() is [{ IsBend: false }];
}

using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Diagonals of matrices, taken and made. Positive offsets lie above the main one.</summary>
internal static class Diagonals
{
    [Converts("Tensor.diagonal")]
    internal static string Diagonal(ConversionContext c) =>
        Taken(c, c.Int("offset", 0), c.AxisOf("dim1", fallback: 0), c.AxisOf("dim2", fallback: 1));

    [Converts("Tensor.diag")]
    internal static string Diag(ConversionContext c) => c.Rank("self") == 2
        ? Taken(c, c.Int("diagonal", 0), 0, 1)
        : Made(c, c.Tensor("self"), c.Length("self", 0), c.Int("diagonal", 0), rank: 1);

    [Converts("Tensor.diagflat")]
    internal static string DiagFlat(ConversionContext c)
    {
        var length = Enumerable.Range(0, c.Rank("self")).Aggregate(1L, (product, axis) => product * c.Length("self", axis));
        return Made(c, c.Op("Reshape", [c.Tensor("self"), c.Vector(-1)]), length, c.Int("offset", 0), rank: 1);
    }

    [Converts("Tensor.diag_embed")]
    internal static string DiagEmbed(ConversionContext c)
    {
        var rank = c.Rank("self");
        var made = Made(c, c.Tensor("self"), c.Length("self", -1), c.Int("offset", 0), rank);
        var (rows, columns) = (ConversionContext.Axis(c.Int("dim1", -2), rank + 1), ConversionContext.Axis(c.Int("dim2", -1), rank + 1));
        var order = ShapeBlocks.AxesInOrder(rank - 1);
        foreach (var (at, axis) in new[] { (rows, rank - 1), (columns, rank) }.OrderBy(p => p.Item1))
            order.Insert((int)at, axis);
        return c.Transpose(made, order);
    }

    [Converts("Tensor.trace")]
    internal static string Trace(ConversionContext c)
    {
        var diagonal = new Term(c, Taken(c, 0, 0, 1), c.Value("self").Type).To(c.ResultType);
        return diagonal.Run("ReduceSum", d => c.Op("ReduceSum", [d, c.Vector(0)], ("keepdims", 0L))).Name;
    }

    [Converts("Tensor.diagonal_scatter")]
    internal static string DiagonalScatter(ConversionContext c) => Written(c, c.Term("src").To(c.ResultType).Name);

    /// <summary>The receiver with other elements on a diagonal.</summary>
    internal static string Written(ConversionContext c, string part)
    {
        var (rows, columns) = (c.AxisOf("dim1", fallback: 0), c.AxisOf("dim2", fallback: 1));
        var (height, width) = (c.Length("self", rows), c.Length("self", columns));
        var rank = c.Rank("self");
        var order = MatrixFirst(rank, rows, columns);
        var places = PlacesOf(height, width, c.Int("offset", 0));
        var table = c.Table([.. places.SelectMany(p => (long[])[p / width, p % width])], places.Length, 2);
        var source = c.Transpose(part, [rank - 2, .. ShapeBlocks.AxesInOrder(rank - 2)]);
        return c.TransposeBack(c.Op("ScatterND", [c.Transpose(c.Tensor("self"), order), table, source]), order);
    }

    private static string Taken(ConversionContext c, long offset, int rows, int columns)
    {
        var (height, width) = (c.Length("self", rows), c.Length("self", columns));
        var shape = c.Shape("self");
        List<long> others = [.. ShapeBlocks.AxesInOrder(shape.Count).Where(a => a != rows && a != columns)];
        var matrices = c.Transpose(c.Tensor("self"), [.. others, rows, columns]);
        var flat = c.Reshape(matrices, [.. others.Select(a => shape[(int)a]), new SymbolicNumber(height * width)]);
        return c.Pick(flat, others.Count, PlacesOf(height, width, offset));
    }

    // Each place of the matrix shows an element, or the zero behind them.
    private static string Made(ConversionContext c, string vector, long length, long offset, int rank)
    {
        var side = length + Math.Abs(offset);
        var places = Enumerable.Repeat(length, (int)(side * side)).ToArray();
        foreach (var (place, i) in PlacesOf(side, side, offset).Select((p, i) => (p, i)))
            places[place] = i;
        long[] pads = [.. Enumerable.Repeat(0L, (2 * rank) - 1), 1];
        var padded = new Term(c, vector, c.ResultType).Run("Pad", v => c.Op("Pad", [v, c.Vector(pads)], ("mode", "constant"))).Name;
        return c.Op("Gather", [padded, c.Table(places, side, side)], ("axis", (long)(rank - 1)));
    }

    private static long[] PlacesOf(long height, long width, long offset)
    {
        var (row, column) = (Math.Max(0, -offset), Math.Max(0, offset));
        var count = Math.Max(0, Math.Min(height - row, width - column));
        return [.. Enumerable.Range(0, (int)count).Select(i => ((row + i) * width) + column + i)];
    }

    private static List<long> MatrixFirst(int rank, int rows, int columns) =>
        [rows, columns, .. ShapeBlocks.AxesInOrder(rank).Where(a => a != rows && a != columns)];
}

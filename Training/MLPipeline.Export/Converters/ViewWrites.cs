namespace MLPipeline.Export.Converters;

/// <summary>Writes through a view: the base (<c>self</c>) with the part that the view shows replaced (<c>written</c>).</summary>
internal static class ViewWrites
{
    [Converts("write Tensor.alias", "write Tensor.detach", "write Tensor.contiguous", "write Tensor.cpu")]
    internal static string Same(ConversionContext c) => c.Op("Identity", [c.Tensor("written")]);

    [Converts(
        "write Tensor.view", "write Tensor.reshape", "write Tensor.flatten", "write Tensor.unflatten", "write Tensor.ravel", "write Tensor.squeeze",
        "write Tensor.unsqueeze", "write Tensor.atleast_1d", "write Tensor.atleast_2d", "write Tensor.atleast_3d")]
    internal static string Shape(ConversionContext c) => c.ReshapeToResult(c.Tensor("written"));

    [Converts("write Tensor.transpose")]
    internal static string Transpose(ConversionContext c) => c.Rank("self") == 0 ? Same(c) : Swapped(c, c.AxisOf("dim0"), c.AxisOf("dim1"));

    [Converts("write Tensor.t", "write Tensor.get_mT", "write Tensor.get_mH", "write Tensor.adjoint")]
    internal static string Matrix(ConversionContext c) => c.Rank("self") < 2 ? Same(c) : Swapped(c, c.Rank("self") - 2, c.Rank("self") - 1);

    [Converts("write Tensor.permute")]
    internal static string Permute(ConversionContext c) => c.Op("Identity", [c.TransposeBack(c.Tensor("written"), c.AxesOf("permutation"))]);

    [Converts("write Tensor.movedim")]
    internal static string MoveAxes(ConversionContext c) => c.Op("Identity", [c.TransposeBack(c.Tensor("written"), AxisOrders.MovedAxes(c))]);

    [Converts("write Tensor.select")]
    internal static string Select(ConversionContext c)
    {
        var axis = c.AxisOf("dim");
        return Along(c, axis, AxisRegion.OfSingle(c.Shape("self")[axis], c.Lengths("index")[0]), c.Unsqueeze(c.Tensor("written"), axis));
    }

    [Converts("write Tensor.slice")]
    internal static string Slice(ConversionContext c)
    {
        var axis = c.AxisOf("dim");
        return Along(c, axis, AxisRegion.OfSlice(c.Shape("self")[axis], c.Lengths("start")[0], c.Lengths("finish")[0], c.Int("step")), c.Tensor("written"));
    }

    [Converts("write Tensor.narrow")]
    internal static string Narrow(ConversionContext c)
    {
        var axis = c.AxisOf("dim");
        var start = AxisRegion.OfSingle(c.Shape("self")[axis], c.Lengths("start")[0]).Start;
        return Along(c, axis, new AxisRegion(start, c.Lengths("length")[0], 1), c.Tensor("written"));
    }

    [Converts("write Tensor.diagonal")]
    internal static string Diagonal(ConversionContext c) => Diagonals.Written(c, c.Tensor("written"));

    [Converts("write Tensor.get_TensorItems", "write Tensor.index")]
    internal static string Index(ConversionContext c) => Indexing.WriteView(c, c.Tensor("written"));

    private static string Along(ConversionContext c, int axis, AxisRegion region, string part)
    {
        var written = region.Write(c, c.Tensor("self"), axis, c.Shape("self")[axis], part);
        return written == c.Tensor("written") ? Same(c) : written;
    }

    private static string Swapped(ConversionContext c, int a, int b)
    {
        var order = ShapeBlocks.AxesInOrder(c.Rank("self"));
        (order[a], order[b]) = (order[b], order[a]);
        return c.Op("Identity", [c.Transpose(c.Tensor("written"), order)]);
    }
}

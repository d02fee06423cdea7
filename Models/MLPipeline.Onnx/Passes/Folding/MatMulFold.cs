using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of each column before or after a MatMul with a constant matrix, moved into that.</summary>
/// <remarks>
/// With Y = X B, where X has any number of axes and the channels are its last: the scale goes into the columns of B after it, into its rows
/// before it. A product has nowhere to put a shift.
/// </remarks>
internal static class MatMulFold
{
    /// <summary>The new B of a MatMul that the map follows.</summary>
    public static Fold After(Node product, ChannelAffine affine, Graph graph) => Scale(product, affine, graph, columns: true);

    /// <summary>The new B of a MatMul that the map comes before.</summary>
    public static Fold Before(Node product, ChannelAffine affine, Graph graph) => Scale(product, affine, graph, columns: false);

    private static Fold Scale(Node product, ChannelAffine affine, Graph graph, bool columns)
    {
        var name = product.Input(1);
        if (graph.Constant(name) is not { } weight) return Fold.No($"the weights %{name} of {product} are no constant");
        if (!weight.Type.IsFloatingPoint() || weight.Dims.Count != 2 || weight.Count == 0) return Fold.No($"the weights of {product} are {weight}");
        if (affine.Shifts) return Fold.No("it shifts, and a product has nowhere to put that");
        var length = weight.Dims[columns ? 1 : 0];
        if (length != affine.Channels) return Fold.No($"{product} has {length} channels there, the map {affine.Channels}");
        return Fold.Yes(product, (1, name, FoldedTensor.Scaled(weight, (i, j) => affine.Scale[columns ? j : i])));
    }
}

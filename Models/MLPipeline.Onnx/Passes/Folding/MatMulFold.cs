using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of each column after MatMul and Add, moved into both.</summary>
/// <remarks>
/// With Y = A B + c: a Y + s = A (B diag(a)) + (a c + s). Only for matrices: with more axes the channel of a normalisation is axis 1,
/// and the column of a product is the last.
/// </remarks>
internal static class MatMulFold
{
    /// <summary>The new B of a MatMul.</summary>
    public static Fold Product(Node product, ChannelAffine affine, Graph graph)
    {
        var name = product.Input(1);
        if (graph.Constant(name) is not { } weight) return Fold.No($"the weights %{name} of {product} are no constant");
        if (!weight.Type.IsFloatingPoint() || weight.Dims.Count != 2) return Fold.No($"the weights of {product} are {weight}");
        if (graph.Info(product.Input(0))?.Shape is not { Count: 2 }) return Fold.No($"{product} is not known to multiply matrices");
        if (weight.Dims[1] != affine.Channels) return Fold.No($"{product} has {weight.Dims[1]} columns, the normalisation {affine.Channels} channels");
        var scaled = weight.ToDoubles();
        for (var i = 0; i < scaled.Length; i++) scaled[i] *= affine.Scale[i % affine.Channels];
        return Fold.Yes(product, (1, name, new FoldedTensor(weight.Type, scaled, [.. weight.Dims])));
    }

    /// <summary>The new constant of the Add after it.</summary>
    public static Fold Sum(Node sum, int constantInput, ChannelAffine affine, Graph graph)
    {
        var name = sum.Input(constantInput);
        if (graph.Constant(name) is not { } bias) return Fold.No($"%{name}, which {sum} adds, is no constant");
        if (!bias.Type.IsFloatingPoint() || bias.Dims.Count > 1 || (bias.Count != 1 && bias.Count != affine.Channels))
            return Fold.No($"{sum} adds {bias}, not one value per column");
        var old = bias.ToDoubles();
        double[] shifted = [.. affine.Shift.Select((s, n) => s + affine.Scale[n] * old[old.Length == 1 ? 0 : n])];
        return Fold.Yes(sum, (constantInput, name, new FoldedTensor(bias.Type, shifted, affine.Channels)));
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of each column after a Gemm, moved into its weights.</summary>
/// <remarks>
/// With Y = alpha A B + beta C, where a[n] and s[n] belong to column n of Y:
/// a Y + s = alpha A (B diag(a)) + 1 (beta a C + s). Alpha stays; beta goes into the new C and becomes 1. Column n of B is row n of
/// what is stored when transB is set; transA does not matter. C may be absent, a scalar, one value per column, or a row [1,N]; with
/// one value per row it does not fold.
/// </remarks>
internal static class GemmFold
{
    /// <summary>The new B and C of a Gemm.</summary>
    public static Fold After(Node gemm, ChannelAffine affine, Graph graph)
    {
        var (weightName, biasName) = (gemm.Input(1), gemm.Input(2));
        if (graph.Constant(weightName) is not { } weight) return Fold.No($"the weights %{weightName} of {gemm} are no constant");
        if (!weight.Type.IsFloatingPoint() || weight.Dims.Count != 2) return Fold.No($"the weights of {gemm} are {weight}");
        var bias = biasName.Length == 0 ? null : graph.Constant(biasName);
        if (bias is null && biasName.Length > 0) return Fold.No($"the summand %{biasName} of {gemm} is no constant");

        var transposed = gemm.Int("transB", 0) != 0;
        var columns = weight.Dims[transposed ? 0 : 1];
        if (columns != affine.Channels) return Fold.No($"{gemm} has {columns} columns, the normalisation {affine.Channels} channels");
        if (bias is not null && !IsPerColumn(bias, columns)) return Fold.No($"the summand of {gemm} is {bias}, not one value per column");

        var scaled = weight.ToDoubles();
        for (var i = 0; i < scaled.Length; i++) scaled[i] *= affine.Scale[transposed ? i / weight.Dims[1] : i % columns];
        var fold = Fold.Yes(
            gemm.Attributes.ContainsKey("beta") ? gemm.WithAttribute("beta", 1f) : gemm,
            (1, weightName, new FoldedTensor(weight.Type, scaled, [.. weight.Dims])),
            (2, biasName.Length > 0 ? biasName : Fold.BiasNameFor(weightName), new FoldedTensor(weight.Type, Summand(), columns)));
        return fold;

        double[] Summand()
        {
            var shifted = (double[])affine.Shift.Clone();
            if (bias is null) return shifted;
            var (old, beta) = (bias.ToDoubles(), (double)gemm.Float("beta", 1));
            for (var n = 0; n < shifted.Length; n++) shifted[n] += affine.Scale[n] * beta * old[old.Length == 1 ? 0 : n];
            return shifted;
        }
    }

    private static bool IsPerColumn(TensorData bias, long columns) =>
        bias.Count == 1 || (bias.Count == columns && bias.Dims[^1] == columns);
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of each column before or after a Gemm, moved into its weights.</summary>
/// <remarks>
/// With Y = alpha A B + beta C, where a[n] and s[n] belong to column n of Y:
/// a Y + s = alpha A (B diag(a)) + 1 (beta a C + s). Alpha stays; beta goes into the new C and becomes 1. Column n of B is row n of
/// what is stored when transB is set; transA does not matter. C may be absent, a scalar, one value per column, or a row [1,N]; with
/// one value per row it does not fold.
/// <para>
/// Before, where a[k] and s[k] belong to column k of A: alpha (A diag(a) + 1 s) B + beta C = alpha A (diag(a) B) + 1 (beta C + alpha s B). Not
/// with transA, where the channels are the rows.
/// </para>
/// </remarks>
internal static class GemmFold
{
    /// <summary>The new B and C of a Gemm that the map follows.</summary>
    public static Fold After(Node gemm, ChannelAffine affine, Graph graph)
    {
        if (GemmWeights.Of(gemm, graph, out var whyNot) is not { } w) return Fold.No(whyNot);
        if (w.Columns != affine.Channels) return Fold.No($"{gemm} has {w.Columns} columns, the map after it {affine.Channels} channels");
        var summand = (double[])affine.Shift.Clone();
        if (w.Summand is { } old)
        {
            for (var n = 0; n < summand.Length; n++) summand[n] += affine.Scale[n] * old[n];
        }

        var changed = affine.Shifts || w.Summand is not null;
        return Fold.Yes(
            changed ? WithoutBeta(gemm) : gemm,
            affine.Scales ? (1, gemm.Input(1), FoldedTensor.Scaled(w.Weight, (i, j) => affine.Scale[w.ColumnOf(i, j)])) : null,
            changed ? (2, w.SummandName, FoldedTensor.Of(w.Weight.Type, summand, w.Columns)) : null) with
        { Shift = affine.Shift.Max(Math.Abs) };
    }

    /// <summary>The new B and C of a Gemm that the map comes before.</summary>
    public static Fold Before(Node gemm, ChannelAffine affine, Graph graph)
    {
        if (gemm.Int("transA", 0) != 0) return Fold.No($"{gemm} transposes what it multiplies");
        if (GemmWeights.Of(gemm, graph, out var whyNot) is not { } w) return Fold.No(whyNot);
        if (w.Rows != affine.Channels) return Fold.No($"{gemm} takes {w.Rows} columns, the map before it gives {affine.Channels}");
        var scaled = affine.Scales ? ((int, string, FoldedTensor)?)(1, gemm.Input(1), FoldedTensor.Scaled(w.Weight, (i, j) => affine.Scale[w.RowOf(i, j)])) : null;
        if (!affine.Shifts) return Fold.Yes(gemm, scaled);
        var (summand, alpha) = (w.Summand ?? new double[w.Columns], (double)gemm.Float("alpha", 1));
        var (values, second, added) = (w.Weight.ToDoubles(), w.Weight.Dims[1], new double[w.Columns]);
        for (var at = 0; at < values.Length; at++)
        {
            var (i, j) = Math.DivRem(at, second);
            var term = alpha * affine.Shift[w.RowOf(i, j)] * values[at];
            summand[w.ColumnOf(i, j)] += term;
            added[w.ColumnOf(i, j)] += Math.Abs(term);
        }

        return Fold.Yes(WithoutBeta(gemm), scaled, (2, w.SummandName, FoldedTensor.Of(w.Weight.Type, summand, w.Columns))) with { Shift = added.Max() };
    }

    private static Node WithoutBeta(Node gemm) => gemm.Attributes.ContainsKey("beta") ? gemm.WithAttribute("beta", 1f) : gemm;
}

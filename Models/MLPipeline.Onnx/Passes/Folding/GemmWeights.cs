using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>The constant B and C of a Gemm.</summary>
/// <param name="Weight">B as stored: [rows, columns], or [columns, rows] when <paramref name="Transposed"/>.</param>
/// <param name="Summand">beta C, one value for each column, a copy; null when there is none.</param>
/// <param name="SummandName">What C is called, or would be.</param>
/// <param name="Transposed">Whether transB is set.</param>
internal sealed record GemmWeights(TensorData Weight, double[]? Summand, string SummandName, bool Transposed)
{
    /// <summary>Columns of B, which are those of the result.</summary>
    public long Columns => Weight.Dims[Transposed ? 0 : 1];

    /// <summary>Rows of B, which are the columns of A.</summary>
    public long Rows => Weight.Dims[Transposed ? 1 : 0];

    /// <summary>The weights of a node; null, with the reason, when they are not all known.</summary>
    public static GemmWeights? Of(Node gemm, Graph graph, out string whyNot)
    {
        var (weightName, name) = (gemm.Input(1), gemm.Input(2));
        var (weight, summand) = (graph.Constant(weightName), name.Length == 0 ? null : graph.Constant(name));
        whyNot = weight is null ? $"the weights %{weightName} of {gemm} are no constant"
            : !weight.Type.IsFloatingPoint() || weight.Dims.Count != 2 || weight.Count == 0 ? $"the weights of {gemm} are {weight}"
            : summand is null && name.Length > 0 ? $"the summand %{name} of {gemm} is no constant"
            : "";
        if (whyNot.Length > 0) return null;
        var found = new GemmWeights(weight!, null, name.Length > 0 ? name : Fold.BiasNameFor(weightName), gemm.Int("transB", 0) != 0);
        if (summand is null) return found;
        if (IsPerColumn(summand, found.Columns)) return found with { Summand = PerColumn(summand, found.Columns, gemm.Float("beta", 1)) };
        whyNot = $"the summand of {gemm} is {summand}, not one value per column";
        return null;
    }

    /// <summary>The row of B at [i, j] of what is stored.</summary>
    public long RowOf(long i, long j) => Transposed ? j : i;

    /// <summary>The column of B at [i, j] of what is stored.</summary>
    public long ColumnOf(long i, long j) => Transposed ? i : j;

    private static bool IsPerColumn(TensorData summand, long columns) =>
        summand.Count == 1 || (summand.Count == columns && summand.Dims[^1] == columns);

    private static double[] PerColumn(TensorData summand, long columns, double beta)
    {
        var values = summand.ToDoubles();
        return [.. Enumerable.Range(0, (int)columns).Select(n => beta * values[values.Length == 1 ? 0 : n])];
    }
}

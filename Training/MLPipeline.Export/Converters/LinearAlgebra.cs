namespace MLPipeline.Export.Converters;

/// <summary>Norms, determinants and powers of linear algebra. Decompositions and inverses have no counterpart in ONNX.</summary>
internal static class LinearAlgebra
{
    [Converts("linalg.vector_norm")]
    internal static string VectorNorm(ConversionContext c) => c.Result(OfVector(c, c.Number("ord", 2)));

    [Converts("linalg.matrix_norm")]
    internal static string MatrixNorm(ConversionContext c) => c.Result(OfMatrix(c));

    // Without an order it is that of all elements; with one, the number of axes tells a vector from a matrix.
    [Converts("linalg.norm")]
    internal static string Norm(ConversionContext c)
    {
        if (!c.Has("ord"))
            return c.Result(OfVector(c, 2));
        var axes = c.Has("dims") ? c.Items("dims").Count : c.Rank("input");
        return c.Result(axes == 2 || c.Literal("ord") is string ? OfMatrix(c) : OfVector(c, c.Number("ord")));
    }

    [Converts("Tensor.logdet")]
    internal static string LogDeterminant(ConversionContext c)
    {
        var (determinant, logOfRows) = OfUnitRows(c.Term("self"));
        return (determinant.Log() + logOfRows).Name;
    }

    [Converts("linalg.slogdet")]
    internal static IReadOnlyList<string> SignAndLogDeterminant(ConversionContext c)
    {
        var (determinant, logOfRows) = OfUnitRows(c.Term("input"));
        return [determinant.Apply("Sign").Name, (determinant.Abs().Log() + logOfRows).Name];
    }

    // Powers from n - 1 down to 0, or up from 0. Anything to the power of 0 is 1.
    [Converts("Tensor.vander", "linalg.vander")]
    internal static string Vandermonde(ConversionContext c)
    {
        var ofTensor = c.Has("self");
        var parameter = ofTensor ? "self" : "input";
        var columns = c.ResultShape()[^1] is { IsConstant: true } count
            ? (int)count.Constant
            : throw new ConversionException("the number of columns is symbolic; give it");
        var rising = !ofTensor || c.Bool("increasing");
        var x = c.Term(parameter, c.ResultType) with { Name = c.Unsqueeze(c.Term(parameter, c.ResultType).Name, -1) };
        var powers = new List<Term>();
        for (var i = 0; i < columns; i++)
            powers.Add(i == 0 ? x.Pow(x.Number(0)) : i == 1 ? x : powers[i - 1] * x);
        if (!rising)
            powers.Reverse();
        return c.Op("Concat", powers.Select(p => p.Name), ("axis", (long)(c.Results[0].Shape.Length - 1)));
    }

    // The determinant itself is soon too large or too small for a float: the largest element of each row is taken out, and its logarithm added.
    private static (Term Determinant, Term LogOfRows) OfUnitRows(Term x)
    {
        var rank = x.Context.Rank(x.Context.FirstOf("self", "input"));
        var largest = x.Abs().Reduce("ReduceMax", [rank - 1], keepDimension: true);
        largest = largest.Is(0).Choose(largest.Number(1), largest);
        var logOfRows = largest.Log().Reduce("ReduceSum", [rank - 2, rank - 1], keepDimension: false);
        return ((x / largest).Apply("Det"), logOfRows);
    }

    private static Term OfVector(ConversionContext c, double order, long[]? over = null)
    {
        var x = c.Real("input");
        var (axes, keep) = (over ?? AxesOf(c), c.Bool("keepdim"));
        return order switch
        {
            2 => x.Reduce("ReduceL2", axes, keep),
            1 => x.Reduce("ReduceL1", axes, keep),
            0 => (!x.Is(0)).To(x.Type).Reduce("ReduceSum", axes, keep),
            double.PositiveInfinity => x.Abs().Reduce("ReduceMax", axes, keep),
            double.NegativeInfinity => x.Abs().Reduce("ReduceMin", axes, keep),
            _ => x.Abs().Pow(x.Number(order)).Reduce("ReduceSum", axes, keep).Pow(x.Number(1 / order)),
        };
    }

    private static Term OfMatrix(ConversionContext c)
    {
        long[] axes = AxesOf(c) is { Length: 2 } given ? given : [c.Rank("input") - 2, c.Rank("input") - 1];
        if (c.Literal("ord") is "fro")
            return OfVector(c, 2, axes);
        var order = c.Literal("ord") is string name ? throw Spectral(name) : c.Number("ord");
        var (summed, chosen, extreme) = order switch
        {
            1 => (axes[0], axes[1], "ReduceMax"),
            -1 => (axes[0], axes[1], "ReduceMin"),
            double.PositiveInfinity => (axes[1], axes[0], "ReduceMax"),
            double.NegativeInfinity => (axes[1], axes[0], "ReduceMin"),
            _ => throw Spectral(order.ToString()),
        };
        var norm = c.Real("input").Abs().Reduce("ReduceSum", [summed], keepDimension: true).Reduce(extreme, [chosen], keepDimension: true);
        return c.Bool("keepdim") ? norm : norm with { Name = c.Squeeze(norm.Name, axes) };
    }

    private static ConversionException Spectral(string order) =>
        new($"the matrix norm of order {order} is made of singular values, which ONNX has no operator for; take 'fro', 1 or infinity");

    private static long[] AxesOf(ConversionContext c) => c.Has("dims") ? c.AxesOf("dims", "input") : [];
}

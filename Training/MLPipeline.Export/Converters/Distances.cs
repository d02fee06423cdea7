namespace MLPipeline.Export.Converters;

/// <summary>Vectors brought to length 1, and what lies between two of them.</summary>
internal static class Distances
{
    [Converts("functional.normalize")]
    internal static string Normalize(ConversionContext c)
    {
        var x = c.Term("input");
        return c.Result(x / AtLeast(Norm(x, c.Number("p", 2), c.Int("dim", 1)), c.Number("eps", 1e-12)));
    }

    [Converts("functional.cosine_similarity")]
    internal static string CosineSimilarity(ConversionContext c)
    {
        // Counted from the end, as the two may have more or fewer axes in front.
        var dim = c.Int("dim", 1);
        var axis = dim < 0 ? dim : dim - c.Results[0].Shape.Length - 1;
        var (a, b) = (c.Term("x1", c.ResultType), c.Term("x2", c.ResultType));
        var epsilon = c.Number("eps", 1e-8);
        return c.Result((Unit(a) * Unit(b)).Reduce("ReduceSum", [axis], keepDimension: false));

        Term Unit(Term x) => x / AtLeast(Norm(x, 2, axis), epsilon);
    }

    [Converts("functional.pairwise_distance")]
    internal static string PairwiseDistance(ConversionContext c)
    {
        var difference = c.Term("input1", c.ResultType) - c.Term("input2", c.ResultType) + c.Number("eps", 1e-6);
        return c.Result(Norm(difference, c.Number("p", 2), axis: -1, c.Bool("keepdim")));
    }

    // All pairs of the rows of two matrices: [.., row of the first, row of the second].
    [Converts("torch.cdist")]
    internal static string Pairs(ConversionContext c)
    {
        var (first, second) = (Beside("x1", -2), Beside("x2", -3));
        return c.Result(Norm(first - second, c.Number("p", 2), axis: -1, keepDimension: false));

        // The new axis goes before the last one, or before both.
        Term Beside(string parameter, long axis) => c.Term(parameter) with { Name = c.Unsqueeze(c.Tensor(parameter), axis) };
    }

    /// <summary>The p-norm along an axis.</summary>
    public static Term Norm(Term x, double p, long axis, bool keepDimension = true) => p switch
    {
        2 => x.Reduce("ReduceL2", [axis], keepDimension),
        1 => x.Reduce("ReduceL1", [axis], keepDimension),
        0 => (!x.Is(0)).To(x.Type).Reduce("ReduceSum", [axis], keepDimension),
        double.PositiveInfinity => x.Abs().Reduce("ReduceMax", [axis], keepDimension),
        double.NegativeInfinity => x.Abs().Reduce("ReduceMin", [axis], keepDimension),
        _ => x.Abs().Pow(x.Number(p)).Reduce("ReduceSum", [axis], keepDimension).Pow(x.Number(1 / p)),
    };

    // A length that is no number stays none.
    private static Term AtLeast(Term length, double least) => (length < least).Choose(length.Number(least), length);
}

namespace MLPipeline.Export.Converters;

/// <summary>Distances between all pairs of vectors.</summary>
internal static class Distances
{
    [Converts("torch.cdist")]
    internal static string Pairs(ConversionContext c)
    {
        var rank = c.Rank("x1");
        Term Placed(string parameter, long axis) => c.Term(parameter) with { Name = c.Unsqueeze(c.Tensor(parameter), axis) };
        var apart = (Placed("x1", rank - 1) - Placed("x2", c.Rank("x2") - 2)).Abs();
        Term Along(string op, Term values) => values.Run(op, v => Reduced(c, op, v, rank));
        return c.Number("p", 2) switch
        {
            0 => Along("ReduceSum", (!apart.Is(0)).To(c.ResultType)).Name,
            1 => Along("ReduceSum", apart).Name,
            2 => Along("ReduceSum", apart * apart).Sqrt().Name,
            double.PositiveInfinity => Along("ReduceMax", apart).Name,
            var p => Along("ReduceSum", apart.Pow(apart.Number(p))).Pow(apart.Number(1 / p)).Name,
        };
    }

    // Sums take their axes as an input, maxima do so from opset 18 on.
    private static string Reduced(ConversionContext c, string op, string name, long axis) => op == "ReduceSum" || c.Opset >= 18
        ? c.Op(op, [name, c.Vector(axis)], ("keepdims", 0L))
        : c.Op(op, [name], ("axes", (long[])[axis]), ("keepdims", 0L));
}

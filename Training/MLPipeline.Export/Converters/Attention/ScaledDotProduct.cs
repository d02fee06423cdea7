using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Attention;

/// <summary>softmax(q k' / sqrt(width) + mask) v over the last two axes, whatever lies before.</summary>
internal static class ScaledDotProduct
{
    [Converts("functional.scaled_dot_product_attention")]
    internal static string Attend(ConversionContext c)
    {
        if (c.Number("p", 0) > 0)
            throw new ConversionException("it drops weights at random even in evaluation mode; pass p: 0 outside training");
        var width = c.Length("query", -1);
        var query = c.Term("query") / Math.Sqrt(width);
        var scores = query.With(Turned(c, "key"), "MatMul");
        if (c.Bool("is_casual"))
            return c.Result(Weights(Causal(c, scores), mayBeEmpty: false).With(c.Term("value"), "MatMul"));
        if (!c.Has("attn_mask"))
            return c.Result(Weights(scores, mayBeEmpty: false).With(c.Term("value"), "MatMul"));
        var mask = c.Term("attn_mask");
        scores = mask.Type == ScalarType.Bool ? mask.Choose(scores, scores.Number(double.NegativeInfinity)) : scores + mask.To(scores.Type);
        return c.Result(Weights(scores, mayBeEmpty: true).With(c.Term("value"), "MatMul"));
    }

    // PyTorch gives a row that sees nothing weights of 0, where a softmax of minus infinities is not a number.
    private static Term Weights(Term scores, bool mayBeEmpty)
    {
        var weights = scores.Apply("Softmax", ("axis", -1L));
        return mayBeEmpty
            ? scores.Reduce("ReduceMax", [-1], keepDimension: true).Is(double.NegativeInfinity).Choose(scores.Number(0), weights)
            : weights;
    }

    // Row i sees columns 0 to i.
    private static Term Causal(ConversionContext c, Term scores)
    {
        var rows = c.Unsqueeze(c.Counting(c.Shape("query")[^2]), 1);
        var sees = new Term(c, c.Op("GreaterOrEqual", [rows, c.Counting(c.Shape("key")[^2])]), ScalarType.Bool);
        return sees.Choose(scores, scores.Number(double.NegativeInfinity));
    }

    private static Term Turned(ConversionContext c, string parameter)
    {
        var order = ShapeBlocks.AxesInOrder(c.Rank(parameter));
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return c.Term(parameter) with { Name = c.Transpose(c.Tensor(parameter), order) };
    }
}

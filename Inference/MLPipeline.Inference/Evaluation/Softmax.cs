namespace MLPipeline.Inference.Evaluation;

/// <summary>exp(z_i) / sum_j exp(z_j), in double, with the largest z taken off first so that nothing overflows.</summary>
internal static class Softmax
{
    public static void Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        var normaliser = LogSumExp(logits);
        for (var i = 0; i < logits.Length; i++)
            probabilities[i] = (float)Math.Exp(logits[i] - normaliser);
    }

    /// <summary>log(sum_j exp(z_j)).</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double largest = logits[Ranking.ArgMax(logits)];
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }
}

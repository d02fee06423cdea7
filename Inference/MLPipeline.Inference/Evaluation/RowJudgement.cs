namespace MLPipeline.Inference.Evaluation;

internal delegate RowJudgement RowJudge(int row, ReadOnlySpan<float> scores, int actual);

/// <summary>One row's scores against its true class.</summary>
/// <param name="Actual">The true class.</param>
/// <param name="Predicted">The class with the highest score.</param>
/// <param name="Rank">How many classes scored above the true one.</param>
/// <param name="Loss">-log p(true class), in nats.</param>
internal readonly record struct RowJudgement(int Actual, int Predicted, int Rank, double Loss)
{
    // ML.NET's bound (MulticlassClassificationEvaluator), a float there: one hopeless row must not make the mean infinite.
    private const double SmallestProbability = 1e-15f;
    private const double SumTolerance = 1e-3;

    public static RowJudgement OfProbabilities(int row, ReadOnlySpan<float> scores, int actual)
    {
        var sum = 0.0;
        foreach (var score in scores)
            sum += score >= 0 ? score : double.NaN;
        // Written so that NaN fails it too.
        if (!(Math.Abs(sum - 1) <= SumTolerance))
            throw new ArgumentException($"Row {row} is no distribution: [{Text(scores)}] must be 0 or more and sum to 1. For logits use FromLogits.", nameof(scores));
        return Of(scores, actual, -Math.Log(Math.Clamp(scores[actual], SmallestProbability, 1)));
    }

    public static RowJudgement OfLogits(int row, ReadOnlySpan<float> scores, int actual)
    {
        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
                throw new ArgumentException($"Row {row} has a logit that is not finite: [{Text(scores)}].", nameof(scores));
        }
        // Rounding may leave the difference a hair below zero.
        return Of(scores, actual, Math.Max(0, Softmax.LogSumExp(scores) - scores[actual]));
    }

    private static RowJudgement Of(ReadOnlySpan<float> scores, int actual, double loss) =>
        new(actual, Ranking.ArgMax(scores), Ranking.RankOf(scores, actual), loss);

    private static string Text(ReadOnlySpan<float> scores) => string.Join(", ", scores[..Math.Min(scores.Length, 10)].ToArray());
}

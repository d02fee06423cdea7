namespace MLPipeline.Inference.Evaluation;

/// <summary>Classes by score. Of equal scores the lower index comes first, everywhere.</summary>
internal static class Ranking
{
    public static int ArgMax(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }
        return best;
    }

    /// <summary>How many classes come before this one; 0 for the predicted class.</summary>
    public static int RankOf(ReadOnlySpan<float> scores, int index)
    {
        var before = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[index] || (scores[i] == scores[index] && i < index))
                before++;
        }
        return before;
    }
}

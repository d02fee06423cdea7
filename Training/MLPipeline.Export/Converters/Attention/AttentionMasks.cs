namespace MLPipeline.Export.Converters.Attention;

/// <summary>What an attention must not see.</summary>
/// <param name="Scores">Added to the scores: [target, source]; null when not given.</param>
/// <param name="Padding">True for keys to leave out: [batch, source]; null when not given.</param>
internal sealed record AttentionMasks<T>(T? Scores, T? Padding)
    where T : class
{
    /// <summary>Nothing is left out.</summary>
    public static AttentionMasks<T> None { get; } = new(null, null);
}

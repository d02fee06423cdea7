namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>Where a value has its channels.</summary>
/// <param name="Channels">How many there are.</param>
/// <param name="FromEnd">Axes after the channels': 0 when they are the last axis.</param>
/// <param name="Rank">Number of axes of the value; null when only a lower bound is known: the channels' axis and those after it.</param>
internal readonly record struct ChannelAxis(long Channels, int FromEnd, int? Rank)
{
    /// <summary>Axis 1 of a value with that many axes.</summary>
    public static ChannelAxis Second(long channels, int rank) => new(channels, rank - 2, rank);

    /// <summary>The last axis of a value.</summary>
    public static ChannelAxis Last(long channels, int? rank) => new(channels, 0, rank);
}

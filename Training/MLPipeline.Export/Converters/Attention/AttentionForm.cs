namespace MLPipeline.Export.Converters.Attention;

/// <summary>What an attention module keeps in native code and does not tell.</summary>
/// <param name="Heads">The number of heads.</param>
/// <param name="ZeroRow">Whether a key and a value of zeros are added.</param>
/// <param name="Gelu">Whether the layer between is gelu; relu otherwise.</param>
internal sealed record AttentionForm(long Heads, bool ZeroRow, bool Gelu);

using TorchSharp;

namespace MLPipeline.Export.Converters.Tables;

/// <summary>What a bag of embeddings keeps in native code and does not tell.</summary>
/// <param name="Mode">How the rows of a bag become one.</param>
/// <param name="Padding">The index that counts for nothing; null when there is none.</param>
/// <param name="EndIncluded">Whether the last offset is the end of the last bag.</param>
internal sealed record BagForm(EmbeddingBagMode Mode, long? Padding, bool EndIncluded);

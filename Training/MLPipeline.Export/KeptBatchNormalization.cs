namespace MLPipeline.Export;

/// <summary>A batch normalisation that stays a computation of its own.</summary>
/// <param name="Node">The node, with the module path it came from.</param>
/// <param name="Reason">Why it was not folded.</param>
public sealed record KeptBatchNormalization(string Node, string Reason);

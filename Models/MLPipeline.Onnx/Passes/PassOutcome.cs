namespace MLPipeline.Onnx.Passes;

/// <summary>What one pass did.</summary>
/// <param name="Pass">The pass's name.</param>
/// <param name="Changed">Nodes and constants rewritten or removed, in order.</param>
/// <param name="Kept">Nodes the pass is about that it left as they were, each with the reason.</param>
public sealed record PassOutcome(string Pass, IReadOnlyList<NodeRemark> Changed, IReadOnlyList<NodeRemark> Kept);

namespace MLPipeline.Onnx.Passes;

/// <summary>What a pass has to say about a node or a constant.</summary>
/// <param name="Node">The node's name, or the constant's; a nameless node is called by the value it defines.</param>
/// <param name="OpType">The node's operator; empty for a constant.</param>
/// <param name="SourcePath">The module path it came from, when that is known.</param>
/// <param name="Text">What became of it, or why it was kept.</param>
public sealed record NodeRemark(string Node, string OpType, string? SourcePath, string Text)
{
    /// <summary><c>BatchNormalization 'bn1' (layer1.0.bn1): folded into Conv 'conv1'</c>.</summary>
    public override string ToString() =>
        (OpType.Length > 0 ? $"{OpType} '{Node}'" : $"%{Node}") + (SourcePath is null ? "" : $" ({SourcePath})") + $": {Text}";
}

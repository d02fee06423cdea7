using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Writes a shape that is put together at run time as a constant, and a Reshape that flattens as Flatten.</summary>
/// <remarks>
/// A Reshape takes 0 for "as long as the same axis of the input" and one -1 for "whatever is left". Legal cases:
/// <list type="bullet">
/// <item>The shape is a Concat of single lengths; each is a constant, or the length of an axis (Gather of Shape) that is known by its
/// symbol to be as long as the input's axis at the same place, and at most one is neither: [batch, 12] becomes [0, 12].</item>
/// <item>The shape keeps axis 0 and puts all others together: Flatten at axis 1, which works for a batch of 0 rows too.</item>
/// </list>
/// Not with allowzero, where 0 is a length.
/// </remarks>
internal sealed class SimplifyReshapePass : NodePass
{
    private const long Inferred = -1, Copied = 0;

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("Reshape") || node.Int("allowzero", 0) != 0 || KnownShape.Of(node.Input(0), graph) is not { } shape) return null;
        var constant = graph.Constant(node.Input(1));
        var wanted = constant is { Type: ElementType.Int64 } ? constant.AsSpan<long>().ToArray() : Assembled(node.Input(1), shape, graph);
        if (wanted is null || wanted.Count(l => l == Inferred) > 1) return null;
        if (Flattens(shape, wanted)) return new Decision.Rewrite("is Flatten", () => graph.Nodes.Replace(node, Flatten(node)));
        if (constant is not null) return null;
        return new Decision.Rewrite($"its shape is always [{string.Join(',', wanted)}]", () =>
            graph.Nodes.Replace(node, node.WithInputs([node.Input(0), graph.AddInitializer("shape", TensorData.Vector(wanted))])));
    }

    private static long[]? Assembled(string name, IReadOnlyList<Dim> shape, Graph graph)
    {
        if (graph.Producer(name) is not { } concat || !concat.Is("Concat")) return null;
        var lengths = concat.Inputs.Select((part, axis) => Length(part, axis, shape, graph)).ToList();
        return lengths.Contains(null) ? null : [.. lengths.Select(l => l!.Value)];
    }

    // Null when the part is more than one length, or may be.
    private static long? Length(string part, int axis, IReadOnlyList<Dim> shape, Graph graph)
    {
        if (graph.Constant(part) is { } constant)
            return constant is { Type: ElementType.Int64, Count: 1 } && constant.AsSpan<long>()[0] > 0 ? constant.AsSpan<long>()[0] : null;
        if (graph.Producer(part) is not { } gather || !gather.Is("Gather") || gather.Int("axis", 0) != 0) return null;
        if (graph.Producer(gather.Input(0)) is not { } of || !of.Is("Shape") || of.Attributes.Count > 0) return null;
        if (graph.Constant(gather.Input(1)) is not { Type: ElementType.Int64, Dims.Count: 1, Count: 1 } index) return null;
        var source = KnownShape.Of(of.Input(0), graph);
        var at = index.AsSpan<long>()[0];
        if (source is null || at < 0 || at >= source.Count) return null;
        return axis < shape.Count && source[(int)at].Symbol is { } symbol && symbol == shape[axis].Symbol ? Copied : Inferred;
    }

    private static bool Flattens(IReadOnlyList<Dim> shape, long[] wanted)
    {
        if (shape.Count < 2 || wanted.Length != 2) return false;
        var rest = new ValueInfo("rest", ElementType.Float, [.. shape.Skip(1)]).ElementCount;
        var keepsFirst = wanted[0] == Copied || wanted[0] == shape[0].Value;
        return (wanted[1] == Inferred && keepsFirst) || (wanted[1] == rest && rest > 0 && (keepsFirst || wanted[0] == Inferred));
    }

    private static Node Flatten(Node node) =>
        new("Flatten", [node.Input(0)], node.Outputs, [("axis", 1L)]) { Name = node.Name, SourcePath = node.SourcePath };
}

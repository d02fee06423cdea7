using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Lets a node that only renames axes read past another such node before it.</summary>
/// <remarks>
/// Reshape, Flatten, Squeeze and Unsqueeze keep the elements in their order, so the last of them alone decides. Legal cases:
/// <list type="bullet">
/// <item>Reshape to a constant shape: each length stands in it, one may be left to infer (-1), and a 0 copies an axis that is known, or known
/// by its symbol to be the same axis of what the first node reads. Not with allowzero, where 0 is a length.</item>
/// <item>Flatten at axis 1, when the first node keeps axis 0 by length or by symbol.</item>
/// <item>Unsqueeze of a Squeeze, and Squeeze of an Unsqueeze, of the same constant axes: nothing is left of them.</item>
/// </list>
/// The first node stays for whoever else reads it.
/// </remarks>
internal sealed class CombineReshapesPass : NodePass
{
    private static readonly string[] Renaming = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!Renaming.Any(node.Is) || graph.Producer(node.Input(0)) is not { } before || !Renaming.Any(before.Is)) return null;
        return node.OpType switch
        {
            "Reshape" => Reshape(node, before, graph),
            "Flatten" => Flatten(node, before, graph),
            _ => Undo(node, before, graph),
        };
    }

    private static Decision.Rewrite? Reshape(Node node, Node before, Graph graph)
    {
        if (node.Int("allowzero", 0) != 0 || graph.Constant(node.Input(1)) is not { Type: ElementType.Int64 } constant) return null;
        var wanted = constant.AsSpan<long>().ToArray();
        var (from, source) = (KnownShape.Of(node.Input(0), graph), KnownShape.Of(before.Input(0), graph));
        var lengths = wanted.Select((length, axis) => length == 0 ? Copied(axis, from, source) : length).ToList();
        if (lengths.Contains(null)) return null;
        return new Decision.Rewrite($"reads past {before}", () =>
        {
            var shape = lengths.SequenceEqual(wanted.Select(l => (long?)l)) ? node.Input(1) : graph.AddInitializer("shape", TensorData.Vector([.. lengths.Select(l => l!.Value)]));
            graph.Nodes.Replace(node, node.WithInputs([before.Input(0), shape]));
        });
    }

    // What to ask for in place of a copy of the first node's axis; null when it is not known.
    private static long? Copied(int axis, IReadOnlyList<Dim>? from, IReadOnlyList<Dim>? source)
    {
        if (from is null || axis >= from.Count) return null;
        if (from[axis].Value is > 0 and { } length) return length;
        return source is not null && axis < source.Count && IsSame(from[axis], source[axis]) ? 0 : null;
    }

    private static Decision.Rewrite? Flatten(Node node, Node before, Graph graph)
    {
        if (node.Int("axis", 1) != 1) return null;
        if (KnownShape.Of(node.Input(0), graph) is not { Count: > 0 } from || KnownShape.Of(before.Input(0), graph) is not { Count: > 0 } source) return null;
        if (!IsSame(from[0], source[0])) return null;
        return new Decision.Rewrite($"reads past {before}", () => graph.Nodes.Replace(node, node.WithInputs([before.Input(0)])));
    }

    private static Decision.Rewrite? Undo(Node node, Node before, Graph graph)
    {
        var (squeeze, unsqueeze) = node.Is("Squeeze") ? (node, before) : (before, node);
        if (!squeeze.Is("Squeeze") || !unsqueeze.Is("Unsqueeze") || Axes(squeeze, graph) is not { } a || Axes(unsqueeze, graph) is not { } b) return null;
        // From the front both count the same axes; from the end they need not.
        if (a.Concat(b).Any(axis => axis < 0) || !a.Order().SequenceEqual(b.Order())) return null;
        return new Decision.Rewrite($"undoes {before}", () =>
            graph.Nodes.Replace(node, new Node("Identity", [before.Input(0)], node.Outputs) { Name = graph.UniqueName(node.Name), SourcePath = node.SourcePath }));
    }

    private static long[]? Axes(Node node, Graph graph) => graph.Constant(node.Input(1)) is { Type: ElementType.Int64 } axes ? axes.AsSpan<long>().ToArray() : null;

    private static bool IsSame(Dim a, Dim b) => a == b && a != default;
}

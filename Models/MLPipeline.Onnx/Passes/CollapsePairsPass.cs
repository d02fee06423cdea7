using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Removes what the same node, or its opposite, has done already.</summary>
/// <remarks>
/// Exact for every value, not a number included:
/// <list type="bullet">
/// <item>-(-x) = x, not not x = x: the second becomes Identity of x.</item>
/// <item>f(f(x)) = f(x) for Relu, Abs, Sign, Floor, Ceil and Round: the second becomes Identity of the first's result.</item>
/// <item>Cast of a Cast to a type that holds every value of x: the second casts x itself. Not to text, which shows the type.</item>
/// </list>
/// Identities are taken away by <see cref="RemoveIdentityPass"/>; the first node stays for whoever else reads it.
/// </remarks>
internal sealed class CollapsePairsPass : NodePass
{
    private static readonly HashSet<string> Opposite = ["Neg", "Not"], Settled = ["Relu", "Abs", "Sign", "Floor", "Ceil", "Round"];

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (node.Domain.Length > 0 || graph.Producer(node.Input(0)) is not { } before || !before.Is(node.OpType)) return null;
        if (Opposite.Contains(node.OpType)) return new Decision.Rewrite($"undoes {before}", () => graph.Nodes.Replace(node, Identity(node, before.Input(0), graph)));
        if (Settled.Contains(node.OpType)) return new Decision.Rewrite($"{before} has done it", () => graph.Nodes.Replace(node, Identity(node, before.Output, graph)));
        if (!node.Is("Cast") || node.Int("to", 0) == (long)ElementType.String || KnownType.Of(before.Input(0), graph) is not { } from || !Holds((ElementType)before.Int("to", 0), from)) return null;
        return new Decision.Rewrite($"casts what {before} casts", () => graph.Nodes.Replace(node, node.WithInputs(before.Inputs)));
    }

    private static Node Identity(Node node, string value, Graph graph) =>
        new("Identity", [value], node.Outputs) { Name = graph.UniqueName(node.Name), SourcePath = node.SourcePath };

    private static bool Holds(ElementType wide, ElementType narrow) => narrow switch
    {
        _ when wide == narrow => true,
        ElementType.Bool => wide != ElementType.String,
        ElementType.Float16 or ElementType.BFloat16 => wide is ElementType.Float or ElementType.Double,
        ElementType.Float => wide is ElementType.Double,
        ElementType.UInt8 => wide is ElementType.Int16 or ElementType.Int32 or ElementType.Int64 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64,
        ElementType.Int8 => wide is ElementType.Int16 or ElementType.Int32 or ElementType.Int64,
        ElementType.Int16 => wide is ElementType.Int32 or ElementType.Int64,
        ElementType.Int32 => wide is ElementType.Int64,
        _ => false,
    };
}

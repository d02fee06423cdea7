using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Removes nodes that give back what they are given.</summary>
/// <remarks>
/// y = f(x) with f(x) = x for every x. Legal cases, <see cref="SameValue"/>:
/// <list type="bullet">
/// <item>Identity; Concat of one value.</item>
/// <item>Dropout outside training, whose mask nobody reads.</item>
/// <item>Cast to the type the value is known to have.</item>
/// <item>Transpose that leaves every axis where it is.</item>
/// <item>Reshape whose constant shape says, axis by axis, what is known already (one -1 or 0 may stand for an unknown axis);
/// Flatten at axis 1 of a matrix.</item>
/// <item>Slice of everything, Expand to the axes there are, Tile once along every axis, Pad by nothing.</item>
/// <item>x * 1, x / 1 and x - 0, where the constant does not make x longer. (x + 0 is not x where x is -0.)</item>
/// </list>
/// Readers of y then read x. When y is a graph output, its name must stay, so x is renamed to y where it is made; that is impossible
/// when x is a graph input, a constant or another graph output: then the node is the copy that gives x its second name, and stays.
/// </remarks>
internal sealed class RemoveIdentityPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (SameValue.WhyNot(node, graph) is not { } verdict) return null;
        if (verdict.Length > 0) return new Decision.Keep(verdict);
        return graph.IsOutput(node.Output) ? DecideOutput(node, graph) : DecideInner(node, graph);
    }

    private static Decision DecideInner(Node node, Graph graph)
    {
        if (IsCaptured(node.Output, graph)) return new Decision.Keep("a body graph reads its result by name");
        return new Decision.Rewrite($"removed: %{node.Output} is %{node.Input(0)}", () =>
        {
            graph.Nodes.Remove(node);
            graph.ReplaceUses(node.Output, node.Input(0));
        });
    }

    private static Decision DecideOutput(Node node, Graph graph)
    {
        var (input, output) = (node.Input(0), node.Output);
        if (graph.Producer(input) is not { } producer) return new Decision.Keep($"it gives %{input}, which no node makes, the name of graph output %{output}");
        if (graph.IsOutput(input)) return new Decision.Keep($"%{input} and %{output} are both graph outputs");
        if (IsCaptured(input, graph)) return new Decision.Keep($"a body graph reads %{input} by name");
        return new Decision.Rewrite($"removed: %{input} is called %{output}", () =>
        {
            graph.Nodes.Remove(node);
            graph.Nodes.Replace(producer, producer.WithOutputs(producer.Outputs.Select(o => o == input ? output : o)));
            graph.ReplaceUses(input, output);
        });
    }

    private static bool IsCaptured(string name, Graph graph) => graph.Consumers(name).Any(c => c.Input < 0);
}

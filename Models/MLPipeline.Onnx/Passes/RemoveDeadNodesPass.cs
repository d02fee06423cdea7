using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Removes what no graph output needs: nodes, constants, and facts about values that are gone.</summary>
/// <remarks>
/// Live is: a graph output; whatever a node with a live output reads; whatever its body graphs capture. Walking the nodes backwards
/// meets every reader before the node it reads from, so one walk is enough. Graph inputs, and the constants that are their default
/// values, stay even if nothing reads them: they are the file's interface.
/// </remarks>
internal sealed class RemoveDeadNodesPass : GraphPass
{
    /// <inheritdoc/>
    public override void Run(Graph graph, PassLog log)
    {
        var live = graph.Inputs.Concat(graph.Outputs).Select(v => v.Name).ToHashSet();
        foreach (var node in graph.Nodes.Reverse().ToList())
        {
            if (node.Outputs.Any(live.Contains))
            {
                live.UnionWith(node.Inputs.Concat(GraphIndex.CapturedNames(node)));
                continue;
            }

            graph.Nodes.Remove(node);
            log.Changed(node, "removed: nothing reads it");
        }

        foreach (var name in graph.Initializers.Keys.Where(name => !live.Contains(name)).ToList())
        {
            graph.Initializers.Remove(name);
            log.Removed(name, "removed: nothing reads it");
        }

        var defined = graph.Nodes.SelectMany(n => n.Outputs).ToHashSet();
        foreach (var name in graph.Values.Keys.Where(name => !defined.Contains(name)).ToList()) graph.Values.Remove(name);
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>A pass that looks at one node at a time: it decides, and the loop here applies.</summary>
internal abstract class NodePass : GraphPass
{
    /// <inheritdoc/>
    public sealed override void Run(Graph graph, PassLog log)
    {
        // A rewrite may open the way for another one further up.
        while (Sweep(graph, log))
        {
        }
    }

    /// <summary>What to do with a node; <see langword="null"/> when the pass is not about such nodes. Changes nothing.</summary>
    protected abstract Decision? Decide(Node node, Graph graph);

    private bool Sweep(Graph graph, PassLog log)
    {
        var changed = false;
        for (var i = 0; i < graph.Nodes.Count;)
        {
            var node = graph.Nodes[i];
            switch (Decide(node, graph))
            {
                case Decision.Rewrite rewrite:
                    rewrite.Apply();
                    log.Changed(node, rewrite.What);
                    // The node that now stands here has not been looked at.
                    changed = true;
                    break;
                case Decision.Keep keep:
                    log.Kept(node, keep.Reason);
                    i++;
                    break;
                default:
                    i++;
                    break;
            }
        }

        return changed;
    }
}

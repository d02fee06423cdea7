using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>One rewrite of a graph.</summary>
internal abstract class GraphPass
{
    /// <summary>The type's name.</summary>
    public string Name => GetType().Name;

    /// <summary>Rewrites until there is nothing more to do, so that a second run changes nothing.</summary>
    public abstract void Run(Graph graph, PassLog log);
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of the channels of a linear node's result, moved into that node's weights.</summary>
internal static class BackwardFold
{
    /// <summary>Why the result of a node is not the map's alone; null when it is.</summary>
    public static string? WhyShared(Node before, Graph graph) =>
        graph.IsOutput(before.Output) ? $"the result of {before} is also a graph output"
        : graph.Consumers(before.Output).Count > 1 ? $"the result of {before} has other readers"
        : null;

    /// <summary>Puts the folded node in place; it gives what the map gave, and the map is gone.</summary>
    public static void Apply(Fold fold, Node linear, Node map, Graph graph)
    {
        graph.Nodes.Replace(linear, fold.Apply(graph).WithOutputs([map.Output]));
        graph.Values.Remove(linear.Output);
        graph.Nodes.Remove(map);
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Cli.Stages;

/// <summary>A graph, node by node, and the constants in it.</summary>
/// <param name="Nodes">In the order they run.</param>
/// <param name="Initializers">Constants, the largest first.</param>
internal sealed record GraphListing(IReadOnlyList<GraphListing.Line> Nodes, IReadOnlyList<GraphListing.Constant> Initializers)
{
    /// <summary>Lists a graph.</summary>
    public static GraphListing Of(Graph graph) => new(
        [.. graph.Nodes.Select(node => new Line(node.Name, node.Domain, node.OpType, node.Inputs, node.Outputs, GraphPrinter.Print(node, graph)))],
        [.. graph.Initializers.Select(i => new Constant(i.Key, i.Value.ToString(), i.Value.Bytes.Length)).OrderByDescending(c => c.Bytes).ThenBy(c => c.Name, StringComparer.Ordinal)]);

    /// <summary>A node.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Domain">Its operator's domain; empty for ONNX's own.</param>
    /// <param name="Operator">Its operator.</param>
    /// <param name="Inputs">What it reads.</param>
    /// <param name="Outputs">What it gives.</param>
    /// <param name="Text">All of it in one line, with types and attributes.</param>
    internal sealed record Line(string Name, string Domain, string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, string Text);

    /// <summary>A constant.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Element type and axes.</param>
    /// <param name="Bytes">Its size.</param>
    internal sealed record Constant(string Name, string Type, long Bytes);
}

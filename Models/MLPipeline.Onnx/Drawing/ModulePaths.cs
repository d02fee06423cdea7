using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Drawing;

/// <summary>Which module each node came from, as its name tells: <c>layer1.0.conv1/Conv</c>, or <c>/layer1/layer1.0/conv1/Conv</c> as PyTorch names it.</summary>
internal sealed class ModulePaths
{
    private readonly HashSet<string> _composite = [];

    /// <summary>Reads the names of a graph's nodes.</summary>
    public ModulePaths(Graph graph)
    {
        foreach (var path in graph.Nodes.Select(PathOf))
        {
            for (var parent = ParentOf(path); parent.Length > 0; parent = ParentOf(parent))
                _composite.Add(parent);
        }
    }

    /// <summary>The innermost module with modules in it: of a convolution called <c>layer1.0.conv1</c>, <c>layer1.0</c>.</summary>
    public string BlockOf(Node node) => PathOf(node) is var path && _composite.Contains(path) ? path : ParentOf(path);

    /// <summary>What to write above some nodes of one block: the block, or the module itself where all are of one.</summary>
    public string TitleOf(IReadOnlyList<Node> nodes) => nodes.Select(PathOf).Distinct().ToList() is [var only] ? only : BlockOf(nodes[0]);

    private static string PathOf(Node node)
    {
        var slash = node.Name.LastIndexOf('/');
        return slash <= 0 ? "" : node.Name[..slash].Trim('/').Replace('/', '.');
    }

    private static string ParentOf(string path) => path.LastIndexOf('.') is var dot and > 0 ? path[..dot] : "";
}

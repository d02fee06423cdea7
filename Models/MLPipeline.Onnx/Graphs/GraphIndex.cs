namespace MLPipeline.Onnx.Graphs;

/// <summary>Producers and consumers of every value, built in one walk over the nodes and kept up with every change.</summary>
internal sealed class GraphIndex
{
    private readonly Dictionary<string, Node> _producers = [];
    private readonly Dictionary<string, List<(Node, int)>> _consumers = [];

    public GraphIndex(NodeList nodes)
    {
        foreach (var node in nodes) Add(node);
    }

    /// <summary>A node came to the list.</summary>
    public void Add(Node node)
    {
        foreach (var output in node.Outputs) _producers[output] = node;
        for (var i = 0; i < node.Inputs.Count; i++) AddConsumer(node.Inputs[i], node, i);
        foreach (var name in CapturedNames(node)) AddConsumer(name, node, -1);
    }

    /// <summary>A node left the list.</summary>
    public void Remove(Node node)
    {
        // A replacement that defines the same value may have come first.
        foreach (var output in node.Outputs.Where(o => _producers.GetValueOrDefault(o) == node)) _producers.Remove(output);
        foreach (var name in node.Inputs.Concat(CapturedNames(node)))
        {
            if (_consumers.TryGetValue(name, out var consumers)) consumers.RemoveAll(c => c.Item1 == node);
        }
    }

    public Node? Producer(string name) => name.Length == 0 ? null : _producers.GetValueOrDefault(name);

    public IReadOnlyList<(Node Node, int Input)> Consumers(string name) => _consumers.TryGetValue(name, out var found) ? found : [];

    /// <summary>Names that a node's body graphs read and do not define themselves.</summary>
    public static IEnumerable<string> CapturedNames(Node node) =>
        node.Attributes.Values.OfType<AttributeValue.Graph>().SelectMany(body => FreeNames(body.Value)).Distinct();

    private static IEnumerable<string> FreeNames(Graph body)
    {
        var own = new HashSet<string>(body.Inputs.Select(i => i.Name).Concat(body.Initializers.Keys));
        own.UnionWith(body.Nodes.SelectMany(n => n.Outputs));
        return body.Nodes.SelectMany(n => n.Inputs.Concat(CapturedNames(n)))
            .Concat(body.Outputs.Select(o => o.Name))
            .Where(name => name.Length > 0 && !own.Contains(name));
    }

    private void AddConsumer(string name, Node node, int input)
    {
        if (name.Length == 0) return;
        if (!_consumers.TryGetValue(name, out var list)) _consumers[name] = list = [];
        list.Add((node, input));
    }
}

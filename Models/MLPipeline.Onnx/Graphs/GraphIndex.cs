namespace MLPipeline.Onnx.Graphs;

/// <summary>Producers and consumers of every value, built in one walk over the nodes.</summary>
internal sealed class GraphIndex
{
    private readonly Dictionary<string, Node> _producers = [];
    private readonly Dictionary<string, List<(Node, int)>> _consumers = [];

    public GraphIndex(NodeList nodes)
    {
        Version = nodes.Version;
        foreach (var node in nodes)
        {
            foreach (var output in node.Outputs) _producers[output] = node;
            for (var i = 0; i < node.Inputs.Count; i++) AddConsumer(node.Inputs[i], node, i);
            foreach (var name in CapturedNames(node)) AddConsumer(name, node, -1);
        }
    }

    /// <summary>The state of the node list this index describes.</summary>
    public int Version { get; }

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

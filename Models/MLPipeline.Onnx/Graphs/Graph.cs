namespace MLPipeline.Onnx.Graphs;

/// <summary>A network as data: values named once, nodes in execution order, constants by name.</summary>
/// <remarks>
/// Nodes are immutable and the graph is not: passes add, replace and remove nodes. Names handed out are never handed out
/// again, even after the node that bore one is gone, so two folds cannot meet under one name.
/// </remarks>
public sealed class Graph
{
    private readonly GraphNames _names = new();
    private GraphIndex? _index;

    /// <summary>An empty graph.</summary>
    /// <param name="name">The graph's name; ONNX wants one that is not empty.</param>
    public Graph(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Nodes = new NodeList(Added, node => _index?.Remove(node));
    }

    /// <summary>The graph's name.</summary>
    public string Name { get; }

    /// <summary>A human's description; may be empty.</summary>
    public string DocString { get; set; } = "";

    /// <summary>What the caller feeds, in order.</summary>
    public List<ValueInfo> Inputs { get; } = [];

    /// <summary>What the caller gets, in order. Their names are the file's interface: no pass renames or drops one.</summary>
    public List<ValueInfo> Outputs { get; } = [];

    /// <summary>The operations, each after everything it reads.</summary>
    public NodeList Nodes { get; }

    /// <summary>Constants by name, in file order.</summary>
    public OrderedDictionary<string, TensorData> Initializers { get; } = [];

    /// <summary>Types and shapes known for values in between; may be incomplete.</summary>
    public Dictionary<string, ValueInfo> Values { get; } = [];

    /// <summary>A name no value and no node bears: the hint itself, else the hint with the first free number.</summary>
    public string UniqueName(string hint) =>
        _names.Unique(hint, name => Initializers.ContainsKey(name) || Inputs.Exists(i => i.Name == name));

    /// <summary>Appends a node in ONNX's own domain, named after the operator.</summary>
    public Node Add(
        string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, params IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        Add(new Node(opType, inputs, outputs, attributes));

    /// <summary>Appends a node; one without a name gets a unique one.</summary>
    /// <returns>The node as added.</returns>
    public Node Add(Node node)
    {
        var named = node.Name.Length > 0 ? node : node.WithName(UniqueName(node.OpType));
        Nodes.Add(named);
        return named;
    }

    /// <summary>Stores a constant under a unique name made from <paramref name="hint"/>, and returns that name.</summary>
    public string AddInitializer(string hint, TensorData data)
    {
        var name = UniqueName(hint);
        Initializers.Add(name, data);
        return name;
    }

    /// <summary>Who reads a value, and as which input. A body graph that captures the value counts, as input -1.</summary>
    public IReadOnlyList<(Node Node, int Input)> Consumers(string name) => Index.Consumers(name);

    /// <summary>The node that defines a value; none for graph inputs and initializers.</summary>
    public Node? Producer(string name) => Index.Producer(name);

    /// <summary>True when the caller gets this value.</summary>
    public bool IsOutput(string name) => Outputs.Exists(o => o.Name == name);

    /// <summary>
    /// The constant behind a name, for those who compute with it. An initializer that is also an input can be overridden by the caller: it is
    /// no constant. One of more than 2 GiB is none that can be computed with.
    /// </summary>
    public TensorData? Constant(string name) =>
        Initializers.TryGetValue(name, out var data) && data.IsInOnePiece && !Inputs.Exists(i => i.Name == name) ? data : null;

    /// <summary>What is known of a value's type and shape, whichever kind it is. An input with a default is what it says itself: the caller may feed another shape.</summary>
    public ValueInfo? Info(string name) =>
        Inputs.Find(i => i.Name == name)
        ?? (Initializers.TryGetValue(name, out var data) ? new ValueInfo(name, data.Type, [.. data.Dims.Select(d => new Dim(d))]) : null)
        ?? Values.GetValueOrDefault(name) ?? Outputs.Find(o => o.Name == name);

    /// <summary>Lets every reader of <paramref name="name"/> read <paramref name="replacement"/> instead. Graph outputs stay.</summary>
    /// <exception cref="InvalidOperationException">A body graph captures the value.</exception>
    public void ReplaceUses(string name, string replacement)
    {
        foreach (var (node, input) in Consumers(name).DistinctBy(c => c.Node).ToList())
        {
            if (input < 0) throw new InvalidOperationException($"{node} captures %{name} in its body graph.");
            Nodes[Nodes.IndexOf(node)] = node.WithInputs(node.Inputs.Select(i => i == name ? replacement : i));
        }
    }

    /// <summary>Checks the whole graph and its body graphs.</summary>
    /// <exception cref="InvalidGraphException">Something is wrong; the message lists everything.</exception>
    public void Validate()
    {
        var problems = GraphValidator.Problems(this);
        if (problems.Count > 0) throw new InvalidGraphException(Name, problems);
    }

    private GraphIndex Index => _index ??= new GraphIndex(Nodes);

    private void Added(Node node)
    {
        _names.Note(node);
        _index?.Add(node);
    }
}

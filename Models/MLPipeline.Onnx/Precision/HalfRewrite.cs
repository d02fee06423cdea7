using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Precision;

/// <summary>Carries a plan out: rounds constants, retypes values, and puts casts where the two precisions meet.</summary>
internal sealed class HalfRewrite(Graph graph, HalfPlan plan)
{
    private readonly Dictionary<string, string> _half = [];
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _neededInSingle = [];

    /// <summary>Rewrites the graph. Its inputs and outputs stay as they are.</summary>
    public void Run()
    {
        FindSingleReaders();
        foreach (var node in graph.Nodes.ToList()) Add(node);
        graph.Nodes.Clear();
        graph.Nodes.AddRange(_nodes);
        RemoveUnread();
    }

    // Whoever reads a value in float32: nodes that stay, bodies that capture it, and the caller.
    private void FindSingleReaders()
    {
        foreach (var node in graph.Nodes)
        {
            var half = plan.Nodes.Contains(node) ? plan.HalfInputs(node).ToHashSet() : [];
            _neededInSingle.UnionWith(node.Inputs.Where((_, i) => !half.Contains(i)));
            _neededInSingle.UnionWith(GraphIndex.CapturedNames(node));
        }

        _neededInSingle.UnionWith(graph.Outputs.Select(o => o.Name));
    }

    private void Add(Node node)
    {
        if (!plan.Nodes.Contains(node))
        {
            _nodes.Add(node);
            return;
        }

        var half = plan.HalfInputs(node).ToHashSet();
        var inputs = node.Inputs.Select((name, i) => half.Contains(i) ? Half(name, node) : name).ToList();
        var outputs = node.Outputs.Select(name => plan.IsFloat(name) ? Result(name) : name).ToList();
        _nodes.Add(node.WithInputs(inputs).WithOutputs(outputs));
        foreach (var (before, after) in node.Outputs.Zip(outputs).Where(p => p.First != p.Second)) _nodes.Add(Cast(after, before, ElementType.Float));
    }

    // The name of a value in half precision, for a node that reads it so.
    private string Half(string name, Node reader)
    {
        if (_half.TryGetValue(name, out var known)) return known;
        if (graph.Constant(name) is { } data)
            return _half[name] = graph.AddInitializer(name + ".half", HalfConstant.Of(name, data, reader, out _)!);
        var half = graph.UniqueName(name + ".half");
        _nodes.Add(Cast(name, half, ElementType.Float16));
        graph.Values[half] = new ValueInfo(half, ElementType.Float16, graph.Info(name)?.Shape);
        return _half[name] = half;
    }

    // The name under which a node in half precision gives a result: its own, unless somebody reads that in float32.
    private string Result(string name)
    {
        var needed = _neededInSingle.Contains(name);
        var half = needed ? graph.UniqueName(name + ".half") : name;
        graph.Values[half] = new ValueInfo(half, ElementType.Float16, graph.Info(name)?.Shape);
        return _half[name] = half;
    }

    private Node Cast(string from, string to, ElementType type) =>
        new("Cast", [from], [to], [("to", (long)type)]) { Name = graph.UniqueName("Cast") };

    private void RemoveUnread()
    {
        var read = graph.Nodes.SelectMany(n => n.Inputs.Concat(GraphIndex.CapturedNames(n)))
            .Concat(graph.Inputs.Select(i => i.Name)).Concat(graph.Outputs.Select(o => o.Name)).ToHashSet();
        foreach (var name in graph.Initializers.Keys.Where(name => !read.Contains(name)).ToList()) graph.Initializers.Remove(name);
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Drawing;

/// <summary>The boxes of a picture and what leads from box to box.</summary>
internal sealed class BoxGraph
{
    private readonly Graph _graph;
    private readonly ModulePaths _paths;
    private readonly Dictionary<Node, int> _boxOf = [];
    private readonly List<Box> _boxes = [];
    private readonly OrderedDictionary<(int From, int To), bool> _edges = [];

    /// <summary>Gathers the boxes of a graph.</summary>
    public BoxGraph(Graph graph)
    {
        _graph = graph;
        _paths = new ModulePaths(graph);
        var inputs = graph.Inputs.Where(input => !graph.Initializers.ContainsKey(input.Name)).ToDictionary(input => input.Name, AddInterface);
        foreach (var chain in Chains())
            AddChain(chain);
        foreach (var node in graph.Nodes)
            Connect(Read(node), _boxOf[node], inputs);
        foreach (var output in graph.Outputs)
            Connect([output.Name], AddInterface(output), inputs);
    }

    /// <summary>The boxes.</summary>
    public IReadOnlyList<Box> Boxes => _boxes;

    /// <summary>From box to box, each pair once.</summary>
    public IReadOnlyList<(int From, int To)> Edges => [.. _edges.Keys];

    // A node joins the one before it when nobody else reads that one's value, it reads no other, and both are of one module.
    private List<List<Node>> Chains()
    {
        var open = new Dictionary<Node, List<Node>>();
        var chains = new List<List<Node>>();
        foreach (var node in _graph.Nodes)
        {
            var before = Before(node);
            if (before is not null && open.Remove(before, out var chain))
                chain.Add(node);
            else
                chains.Add(chain = [node]);
            open[node] = chain;
        }

        return chains;
    }

    private Node? Before(Node node)
    {
        var read = Read(node).ToList();
        if (read.Count != 1 || _graph.Producer(read[0]) is not { } before || before.Outputs.Count(o => o.Length > 0) != 1)
            return null;
        var alone = _graph.Consumers(before.Output).Count == 1 && !_graph.IsOutput(before.Output);
        return alone && _paths.BlockOf(before) == _paths.BlockOf(node) ? before : null;
    }

    private IEnumerable<string> Read(Node node) =>
        node.Inputs.Concat(GraphIndex.CapturedNames(node)).Where(name => name.Length > 0 && !_graph.Initializers.ContainsKey(name)).Distinct();

    private void AddChain(List<Node> chain)
    {
        var lines = new List<BoxLine>();
        var shape = "";
        foreach (var node in chain)
        {
            _boxOf[node] = _boxes.Count;
            var (before, given) = (shape, ShapeOf(_graph.Info(node.Outputs.First(o => o.Length > 0))));
            shape = given;
            lines.Add(new BoxLine(
                node.Domain.Length == 0 ? OperatorFamilies.Of(node.OpType) : OperatorFamily.Other,
                node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}",
                NodeCaption.Of(node, _graph), given == before ? "" : given, $"{node.Name}\n{GraphPrinter.Print(node, _graph)}"));
        }

        _boxes.Add(new Box(_paths.TitleOf(chain), lines));
    }

    private int AddInterface(ValueInfo value)
    {
        _boxes.Add(new Box("", [new BoxLine(OperatorFamily.Interface, value.Name, value.Type.OnnxName(), ShapeOf(value), value.ToString())]));
        return _boxes.Count - 1;
    }

    private void Connect(IEnumerable<string> read, int to, Dictionary<string, int> inputs)
    {
        foreach (var name in read)
        {
            if (!inputs.TryGetValue(name, out var from) && (_graph.Producer(name) is not { } producer || !_boxOf.TryGetValue(producer, out from)))
                continue;
            if (from != to)
                _edges.TryAdd((from, to), true);
        }
    }

    private static string ShapeOf(ValueInfo? value) => value?.Shape is { Count: > 0 } shape ? string.Join('×', shape) : "";
}

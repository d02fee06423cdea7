using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;

namespace MLPipeline.Onnx.Precision;

/// <summary>Decides, in one walk, which nodes go to half precision. Changes nothing.</summary>
internal sealed class HalfPlan
{
    private readonly Graph _graph;
    private readonly Dictionary<string, ElementType?> _types = [];
    private readonly HashSet<string> _single = [];
    private readonly List<NodeRemark> _kept = [];

    private HalfPlan(Graph graph) => _graph = graph;

    /// <summary>The nodes to convert.</summary>
    public HashSet<Node> Nodes { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The float32 nodes that stay, and why.</summary>
    public IReadOnlyList<NodeRemark> Kept => _kept;

    /// <summary>Makes the plan.</summary>
    public static HalfPlan Of(Graph graph)
    {
        var plan = new HalfPlan(graph);
        foreach (var node in graph.Nodes)
        {
            for (var i = 0; i < node.Outputs.Count; i++)
                plan._types[node.Outputs[i]] = graph.Info(node.Outputs[i])?.Type ?? HalfOperators.TypeOf(node, i, plan.TypeOf);
            plan.Decide(node);
        }

        return plan;
    }

    /// <summary>Whether a value was float32 before.</summary>
    public bool IsFloat(string name) => name.Length > 0 && TypeOf(name) == ElementType.Float;

    /// <summary>The inputs of a node that go to half precision with it.</summary>
    public IEnumerable<int> HalfInputs(Node node) =>
        Enumerable.Range(0, node.Inputs.Count).Where(i => HalfOperators.Converts(node, i) && IsFloat(node.Inputs[i]));

    private ElementType? TypeOf(string name) => _types.TryGetValue(name, out var type) ? type : _graph.Info(name)?.Type;

    private void Decide(Node node)
    {
        var results = node.Outputs.Where(IsFloat).ToList();
        if (WhyNot(node, results) is not { } reason)
        {
            Nodes.Add(node);
            return;
        }

        _single.UnionWith(results);
        if (results.Count > 0 && reason.Length > 0)
            _kept.Add(new NodeRemark(node.Name.Length > 0 ? node.Name : results[0], node.OpType, node.SourcePath, reason));
    }

    // Null for yes; empty for a node that has nothing to do with float32.
    private string? WhyNot(Node node, List<string> results)
    {
        var inputs = HalfInputs(node).ToList();
        if (results.Count == 0 || inputs.Count == 0) return "";
        if (!HalfOperators.CanBeHalf(node)) return $"{node.OpType} is not computed in float16";
        if (node.Inputs.Where((name, i) => name.Length > 0 && HalfOperators.Converts(node, i) && TypeOf(name) is null).FirstOrDefault() is { } unknown)
            return $"the type of %{unknown}, which it reads, is not known";
        foreach (var name in inputs.Select(i => node.Inputs[i]))
        {
            if (_graph.Constant(name) is { } data && HalfConstant.Of(name, data, node, out var whyNot) is null) return whyNot;
            if (_graph.Initializers.ContainsKey(name) && _graph.Constant(name) is null) return $"%{name} has more than 2 GiB, or is an input too";
            if (_single.Contains(name) && !HalfOperators.Computes(node)) return $"%{name}, which it reads, is computed in float32";
        }

        return null;
    }
}

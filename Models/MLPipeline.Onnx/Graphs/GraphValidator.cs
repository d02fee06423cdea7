namespace MLPipeline.Onnx.Graphs;

/// <summary>One walk in execution order, collecting everything that is wrong.</summary>
internal sealed class GraphValidator
{
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _defined = [];
    private readonly HashSet<string> _nodeNames = [];
    private readonly HashSet<string> _outer;

    private GraphValidator(IEnumerable<string> outer) => _outer = [.. outer];

    public static IReadOnlyList<string> Problems(Graph graph) => Problems(graph, []);

    private static List<string> Problems(Graph graph, IEnumerable<string> outer)
    {
        var validator = new GraphValidator(outer);
        validator.CheckInputs(graph);
        foreach (var node in graph.Nodes) validator.CheckNode(node, graph);
        validator.CheckOutputs(graph);
        validator.CheckKnownTypes(graph);
        return validator._problems;
    }

    private void CheckInputs(Graph graph)
    {
        foreach (var input in graph.Inputs)
        {
            Define(input.Name, "graph input");
            if (graph.Initializers.TryGetValue(input.Name, out var data)) CheckDefault(input, data);
        }

        // An initializer may give an input its default value; any other clash is a second definition.
        var inputs = graph.Inputs.Select(i => i.Name).ToHashSet();
        foreach (var name in graph.Initializers.Keys.Where(name => !inputs.Contains(name))) Define(name, "initializer");
    }

    private void CheckDefault(ValueInfo input, TensorData data)
    {
        if (input.Type != data.Type) Report($"graph input {input} has a default value of type {data}");
    }

    private void CheckNode(Node node, Graph graph)
    {
        if (node.Name.Length > 0 && !_nodeNames.Add(node.Name)) Report($"{node}: another node bears the same name");
        foreach (var input in node.Inputs.Where(i => i.Length > 0 && !IsVisible(i)))
        {
            var later = graph.Producer(input);
            Report(later is null ? $"{node} reads %{input}, which nothing defines" : $"{node} reads %{input}, which {later} defines only later");
        }

        CheckBodies(node);
        if (!node.Outputs.Any(o => o.Length > 0)) Report($"{node} defines nothing");
        foreach (var output in node.Outputs.Where(o => o.Length > 0)) Define(output, node.ToString());
    }

    private void CheckBodies(Node node)
    {
        foreach (var (name, value) in node.Attributes)
        {
            if (name.Length == 0) Report($"{node} has an attribute without a name");
            if (value is not AttributeValue.Graph body) continue;
            _problems.AddRange(Problems(body.Value, _outer.Concat(_defined)).Select(p => $"{node}, body '{name}': {p}"));
        }
    }

    private void CheckOutputs(Graph graph)
    {
        var seen = new HashSet<string>();
        foreach (var output in graph.Outputs)
        {
            if (!seen.Add(output.Name)) Report($"graph output %{output.Name} is listed twice");
            if (!IsVisible(output.Name)) Report($"graph output %{output.Name} is not defined");
            if (graph.Initializers.TryGetValue(output.Name, out var data) && data.Type != output.Type)
                Report($"graph output {output} is an initializer of type {data}");
        }

        if (graph.Outputs.Count == 0) Report("the graph has no output");
    }

    private void CheckKnownTypes(Graph graph)
    {
        foreach (var (name, value) in graph.Values)
        {
            if (name != value.Name) Report($"the type of %{name} is filed under the name %{value.Name}");
            var output = graph.Outputs.Find(o => o.Name == name);
            if (output is not null && output.Type != value.Type) Report($"graph output {output} is known as {value.TypeText} inside the graph");
        }
    }

    private bool IsVisible(string name) => _defined.Contains(name) || _outer.Contains(name);

    private void Define(string name, string by)
    {
        if (name.Length == 0) Report($"{by} has no name");
        else if (_outer.Contains(name)) Report($"%{name} ({by}) hides a value of the outer graph");
        else if (!_defined.Add(name)) Report($"%{name} is defined twice, the second time by {by}");
    }

    private void Report(string problem) => _problems.Add(problem);
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Precision;

/// <summary>The graph as hardware with float16 computes it, for runtimes that do not: each node in float32, each of its results rounded to float16.</summary>
internal sealed class RoundedGraph(Graph source)
{
    private readonly Graph _rounded = new(source.Name);
    private readonly Dictionary<string, string> _wide = [];

    /// <summary>Builds it.</summary>
    public Graph Build()
    {
        _rounded.Inputs.AddRange(source.Inputs);
        _rounded.Outputs.AddRange(source.Outputs);
        foreach (var (name, data) in source.Initializers) _rounded.Initializers.Add(name, data);
        foreach (var (name, info) in source.Values) _rounded.Values.Add(name, info);
        foreach (var node in source.Nodes) Add(node);
        return _rounded;
    }

    private void Add(Node node)
    {
        if (node.Is("Cast") || !node.Inputs.Any(IsHalf))
        {
            _rounded.Nodes.Add(node);
            return;
        }

        var inputs = node.Inputs.Select(name => IsHalf(name) ? Wide(name) : name).ToList();
        var outputs = node.Outputs.Select(name => IsHalf(name) ? source.UniqueName(name + ".wide") : name).ToList();
        _rounded.Nodes.Add(node.WithInputs(inputs).WithOutputs(outputs));
        foreach (var (half, wide) in node.Outputs.Zip(outputs).Where(p => p.First != p.Second)) Cast(wide, half, ElementType.Float16);
    }

    private bool IsHalf(string name) => name.Length > 0 && source.Info(name)?.Type == ElementType.Float16;

    private string Wide(string name)
    {
        if (_wide.TryGetValue(name, out var known)) return known;
        var wide = source.UniqueName(name + ".wide");
        Cast(name, wide, ElementType.Float);
        return _wide[name] = wide;
    }

    // Names of the source, which is to have none of them later either.
    private void Cast(string from, string to, ElementType type) =>
        _rounded.Nodes.Add(new Node("Cast", [from], [to], [("to", (long)type)]) { Name = source.UniqueName("Cast") });
}

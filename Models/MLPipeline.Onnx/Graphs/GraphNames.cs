namespace MLPipeline.Onnx.Graphs;

/// <summary>Every name a graph's nodes ever bore or were promised.</summary>
internal sealed class GraphNames
{
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<string, int> _nextNumber = [];

    /// <summary>Marks a node's names, and those of its body graphs, as taken.</summary>
    public void Note(Node node)
    {
        _taken.Add(node.Name);
        _taken.UnionWith(node.Outputs);
        foreach (var attribute in node.Attributes.Values)
        {
            if (attribute is AttributeValue.Graph body) NoteBody(body.Value);
        }
    }

    /// <summary>The hint, or the hint with the first number that is free, and takes it.</summary>
    public string Unique(string hint, Func<string, bool> isTakenElsewhere)
    {
        var stem = hint.Length > 0 ? hint : "value";
        var number = _nextNumber.GetValueOrDefault(stem);
        var name = number == 0 ? stem : $"{stem}_{number}";
        while (_taken.Contains(name) || isTakenElsewhere(name)) name = $"{stem}_{++number}";
        _nextNumber[stem] = number;
        _taken.Add(name);
        return name;
    }

    private void NoteBody(Graph body)
    {
        _taken.UnionWith(body.Inputs.Select(i => i.Name));
        _taken.UnionWith(body.Initializers.Keys);
        foreach (var node in body.Nodes) Note(node);
    }
}

namespace MLPipeline.Onnx.Graphs;

/// <summary>One operation. Immutable: a pass replaces a node, it never changes one.</summary>
public sealed class Node
{
    /// <summary>An operation with its wiring.</summary>
    /// <param name="opType">The ONNX operator, for example <c>Conv</c>.</param>
    /// <param name="inputs">Value names in the operator's order; an empty name is an absent optional input.</param>
    /// <param name="outputs">Names of what it defines; an empty name is an output nobody wants.</param>
    /// <param name="attributes">In the order to print and write them; names must differ.</param>
    /// <exception cref="ArgumentException">The operator is empty, or an attribute is given twice.</exception>
    public Node(
        string opType,
        IEnumerable<string> inputs,
        IEnumerable<string> outputs,
        IEnumerable<(string Name, AttributeValue Value)>? attributes = null)
        : this(opType, inputs, outputs, (attributes ?? []).Select(a => KeyValuePair.Create(a.Name, a.Value)))
    {
    }

    private Node(
        string opType,
        IEnumerable<string> inputs,
        IEnumerable<string> outputs,
        IEnumerable<KeyValuePair<string, AttributeValue>> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(opType);
        OpType = opType;
        Inputs = [.. inputs];
        Outputs = [.. outputs];
        var ordered = new OrderedDictionary<string, AttributeValue>();
        foreach (var (key, value) in attributes)
        {
            if (!ordered.TryAdd(key, value)) throw new ArgumentException($"{opType} has attribute '{key}' twice.", nameof(attributes));
        }

        Attributes = ordered;
    }

    /// <summary>The ONNX operator, for example <c>Conv</c>.</summary>
    public string OpType { get; }

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; init; } = "";

    /// <summary>A human's description; may be empty.</summary>
    public string DocString { get; init; } = "";

    /// <summary>The node's name, unique in its graph; empty until the node is added to one.</summary>
    public string Name { get; init; } = "";

    /// <summary>The module path this node came from, such as <c>layer1.0.conv1</c>, for error messages.</summary>
    public string? SourcePath { get; init; }

    /// <summary>Value names in the operator's order; an empty name is an absent optional input.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Names of what it defines; an empty name is an output nobody wants.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Attributes in the order given.</summary>
    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; }

    /// <summary>The first output's name.</summary>
    public string Output => Outputs[0];

    /// <summary>The name of input <paramref name="index"/>; empty when absent.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>True for operator <paramref name="opType"/> of ONNX's own domain.</summary>
    public bool Is(string opType) => OpType == opType && (Domain is "" or "ai.onnx");

    /// <summary>The integer attribute, or <paramref name="fallback"/> when it is not given.</summary>
    public long Int(string name, long fallback) => Attributes.GetValueOrDefault(name) is AttributeValue.Int a ? a.Value : fallback;

    /// <summary>The number attribute, or <paramref name="fallback"/> when it is not given.</summary>
    public float Float(string name, float fallback) => Attributes.GetValueOrDefault(name) is AttributeValue.Float a ? a.Value : fallback;

    /// <summary>The text attribute, or <paramref name="fallback"/> when it is not given.</summary>
    public string Text(string name, string fallback) => Attributes.GetValueOrDefault(name) is AttributeValue.String a ? a.Value : fallback;

    /// <summary>The integer list, or <see langword="null"/> when it is not given.</summary>
    public IReadOnlyList<long>? Ints(string name) => (Attributes.GetValueOrDefault(name) as AttributeValue.Ints)?.Value;

    /// <summary>A copy reading other values.</summary>
    public Node WithInputs(IEnumerable<string> inputs) => Copy(inputs, Outputs, Attributes);

    /// <summary>A copy defining other values.</summary>
    public Node WithOutputs(IEnumerable<string> outputs) => Copy(Inputs, outputs, Attributes);

    /// <summary>A copy with one attribute set; a new attribute goes last.</summary>
    public Node WithAttribute(string name, AttributeValue value)
    {
        var changed = new OrderedDictionary<string, AttributeValue>(Attributes) { [name] = value };
        return Copy(Inputs, Outputs, changed);
    }

    /// <summary>A copy under another name.</summary>
    public Node WithName(string name) =>
        new(OpType, Inputs, Outputs, Attributes) { Domain = Domain, Name = name, SourcePath = SourcePath, DocString = DocString };

    /// <summary>How messages call it: <c>Conv 'conv1' (layer1.0.conv1)</c>.</summary>
    public override string ToString() => $"{OpType} '{Name}'" + (SourcePath is null ? "" : $" ({SourcePath})");

    private Node Copy(
        IEnumerable<string> inputs, IEnumerable<string> outputs, IEnumerable<KeyValuePair<string, AttributeValue>> attributes) =>
        new(OpType, inputs, outputs, attributes) { Domain = Domain, Name = Name, SourcePath = SourcePath, DocString = DocString };
}

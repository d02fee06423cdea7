using MLPipeline.Export.Converters.Lengths;
using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Builds the graph of a traced program: knows the name of every value, and adds weights and constants when they are first used.</summary>
internal sealed class GraphBuilder
{
    private readonly Dictionary<ValueOrigin, string> _names = [];
    private readonly IReadOnlyDictionary<string, Tensor> _states;

    /// <summary>An empty graph with the program's inputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="axes">Its symbolic axes.</param>
    /// <param name="states">Parameters and buffers by state-dict key.</param>
    /// <param name="inputNames">A name for each input.</param>
    public GraphBuilder(TracedProgram program, SymbolicAxes axes, IReadOnlyDictionary<string, Tensor> states, IReadOnlyList<string> inputNames)
    {
        _states = states;
        Graph = new Graph("network");
        Lengths = new SymbolicLengths(Graph, axes, program.Points);
        for (var i = 0; i < program.Inputs.Count; i++)
        {
            Lengths.Note(inputNames[i], DimsOf(program.Inputs[i]));
            Graph.Inputs.Add(new ValueInfo(inputNames[i], ElementTypeMap.Of(program.Inputs[i].Type), Dims(program.Inputs[i])));
            _names[program.Inputs[i].Origin] = inputNames[i];
        }
    }

    /// <summary>The graph so far.</summary>
    public Graph Graph { get; }

    /// <summary>Operator sets other than ONNX's own that nodes are of, with their versions.</summary>
    public OrderedDictionary<string, long> Domains { get; } = [];

    /// <summary>Writes lengths that depend on symbolic axes.</summary>
    public SymbolicLengths Lengths { get; }

    /// <summary>The name of a value.</summary>
    public string NameOf(TracedValue value)
    {
        if (_names.TryGetValue(value.Origin, out var known))
            return known;
        return _names[value.Origin] = value.Origin is ValueOrigin.Parameter parameter
            ? Graph.AddInitializer(parameter.Key, Data(_states[parameter.Key]))
            : Graph.AddInitializer("constant", Data(value.Content ?? throw new InvalidOperationException($"{value.Origin} was used before it was made.")));
    }

    /// <summary>Whether a value is in the graph by now.</summary>
    public bool IsNamed(TracedValue value) => _names.ContainsKey(value.Origin);

    /// <summary>Gives a result its name.</summary>
    public void Name(TracedValue value, string name)
    {
        _names[value.Origin] = name;
        Lengths.Note(name, DimsOf(value));
        Graph.Values[name] = new ValueInfo(name, ElementTypeMap.Of(value.Type), Dims(value));
    }

    /// <summary>The axes of a value as ONNX writes them: numbers, symbols, or a symbolic expression's text.</summary>
    public IReadOnlyList<Dim> Dims(TracedValue value) => [.. DimsOf(value).Select(Lengths.Name)];

    /// <summary>A tensor's elements as ONNX stores them, in the memory where they lie.</summary>
    public static TensorData Data(Tensor tensor) => new(ElementTypeMap.Of(tensor.dtype), tensor.shape, NativeBytes.Of(tensor));

    private static TensorData Data(ConstantContent content) => new(ElementTypeMap.Of(content.Type), content.Shape, content.Bytes);

    private static IReadOnlyList<SymbolicNumber> DimsOf(TracedValue value) => value.Dims ?? throw new InvalidOperationException("The value is of a single trace.");
}

using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Builds the graph of a traced program: knows the name of every value, and adds weights and constants when they are first used.</summary>
internal sealed class GraphBuilder
{
    private readonly Dictionary<ValueOrigin, string> _names = [];
    private readonly Dictionary<int, string> _symbolLengths = [];
    private readonly IReadOnlyDictionary<string, Tensor> _states;
    private readonly SymbolicAxes _axes;

    /// <summary>An empty graph with the program's inputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="axes">Its symbolic axes.</param>
    /// <param name="states">Parameters and buffers by state-dict key.</param>
    /// <param name="inputNames">A name for each input.</param>
    public GraphBuilder(TracedProgram program, SymbolicAxes axes, IReadOnlyDictionary<string, Tensor> states, IReadOnlyList<string> inputNames)
    {
        _states = states;
        _axes = axes;
        Graph = new Graph("network");
        for (var i = 0; i < program.Inputs.Count; i++)
        {
            Graph.Inputs.Add(new ValueInfo(inputNames[i], ElementTypeMap.Of(program.Inputs[i].Type), Dims(program.Inputs[i])));
            _names[program.Inputs[i].Origin] = inputNames[i];
        }
    }

    /// <summary>The graph so far.</summary>
    public Graph Graph { get; }

    /// <summary>The name of a value.</summary>
    public string NameOf(TracedValue value)
    {
        if (_names.TryGetValue(value.Origin, out var known))
            return known;
        return _names[value.Origin] = value.Origin is ValueOrigin.Parameter parameter
            ? Graph.AddInitializer(parameter.Key, Data(_states[parameter.Key]))
            : Graph.AddInitializer("constant", Data(value.Content ?? throw new InvalidOperationException($"{value.Origin} was used before it was made.")));
    }

    /// <summary>Gives a result its name.</summary>
    public void Name(TracedValue value, string name)
    {
        _names[value.Origin] = name;
        Graph.Values[name] = new ValueInfo(name, ElementTypeMap.Of(value.Type), Dims(value));
    }

    /// <summary>An int64 vector of one element: the length of a symbolic axis.</summary>
    public string SymbolLength(int symbol)
    {
        if (_symbolLengths.TryGetValue(symbol, out var known))
            return known;
        var (input, axis) = (from i in Enumerable.Range(0, Graph.Inputs.Count)
                             from a in Enumerable.Range(0, Graph.Inputs[i].Shape!.Count)
                             where Graph.Inputs[i].Shape![a].Symbol == _axes.Names[symbol] // as the file has them, which may be another layout than the module's
                             select (i, a)).First();
        var shape = Graph.UniqueName("shape");
        Graph.Add("Shape", [Graph.Inputs[input].Name], [shape]);
        var length = Graph.UniqueName(_axes.Names[symbol]);
        Graph.Add("Gather", [shape, Graph.AddInitializer("axis", TensorData.Vector(axis))], [length], ("axis", 0L));
        return _symbolLengths[symbol] = length;
    }

    /// <summary>The axes of a value as ONNX writes them: numbers, symbols, or a symbolic expression's text.</summary>
    public IReadOnlyList<Dim> Dims(TracedValue value) =>
        [.. (value.Dims ?? throw new InvalidOperationException("The value is of a single trace.")).Select(DimOf)];

    /// <summary>A tensor's elements as ONNX stores them, in the memory where they lie.</summary>
    public static TensorData Data(Tensor tensor) => new(ElementTypeMap.Of(tensor.dtype), tensor.shape, NativeBytes.Of(tensor));

    private static TensorData Data(ConstantContent content) => new(ElementTypeMap.Of(content.Type), content.Shape, content.Bytes);

    private Dim DimOf(Affine? length)
    {
        if (length is null)
            return Graph.UniqueName("unknown");
        if (length.IsConstant)
            return (long)length.Constant;
        if (length.SameAsSymbol is var symbol and >= 0)
            return _axes.Names[symbol];
        var terms = length.Slopes.Select((s, i) => (s, i)).Where(t => t.s != 0).Select(t => t.s == 1 ? _axes.Names[t.i] : $"{t.s}*{_axes.Names[t.i]}");
        return string.Join('+', length.Constant == 0 ? terms : terms.Append(length.Constant.ToString()));
    }
}

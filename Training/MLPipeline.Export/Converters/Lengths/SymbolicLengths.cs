using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Converters.Lengths;

/// <summary>Writes lengths that depend on symbolic axes into a graph: it knows which value has which length, and takes lengths from there at run time.</summary>
/// <param name="graph">The graph.</param>
/// <param name="axes">The symbols.</param>
/// <param name="points">Their lengths where the program was traced.</param>
internal sealed class SymbolicLengths(Graph graph, SymbolicAxes axes, IReadOnlyList<long[]> points)
{
    private readonly IReadOnlyList<KnownLength> _symbols = [.. axes.Names.Select((name, i) => new KnownLength(name, [.. points.Select(p => (double)p[i])]))];
    private readonly List<KnownLength> _known = [];
    private readonly Dictionary<SymbolicNumber, List<(string Value, int Axis)>> _places = [];
    private readonly Dictionary<string, IReadOnlyList<SymbolicNumber>> _dims = [];
    private readonly Dictionary<LengthExpression, string> _written = [];
    private readonly Dictionary<SymbolicNumber, LengthExpression> _found = [];
    private readonly Dictionary<string, string> _shapes = [];
    private readonly Dictionary<SymbolicNumber, string> _names = [];

    /// <summary>Tells of a value that is in the graph by now.</summary>
    public void Note(string value, IReadOnlyList<SymbolicNumber> dims)
    {
        _dims[value] = dims;
        for (var axis = 0; axis < dims.Count; axis++)
        {
            if (dims[axis].IsConstant)
                continue;
            if (!_places.TryGetValue(dims[axis], out var places))
            {
                _known.Add(_symbols.FirstOrDefault(s => s.Seen.SequenceEqual(dims[axis].Seen)) ?? new KnownLength(NameOf(dims[axis]), dims[axis].Seen));
                _places[dims[axis]] = places = [];
            }

            places.Add((value, axis));
        }
    }

    /// <summary>The axes of a value of the graph; null when it was not told of it.</summary>
    public IReadOnlyList<SymbolicNumber>? DimsOf(string value) => _dims.GetValueOrDefault(value);

    /// <summary>The value that has these axes bears another name from now on.</summary>
    public void Rename(string value, string name)
    {
        foreach (var places in _places.Values)
        {
            for (var i = 0; i < places.Count; i++)
                places[i] = places[i].Value == value ? (name, places[i].Axis) : places[i];
        }

        if (_dims.Remove(value, out var dims))
            _dims[name] = dims;
    }

    /// <summary>A length as an axis has it: a number, or a text that says how it follows from the symbols. Equal lengths have equal texts.</summary>
    public Dim Name(SymbolicNumber length) => length.IsConstant ? (long)length.Constant : NameOf(length);

    /// <summary>An int64 vector of one element that holds a length.</summary>
    /// <exception cref="ConversionException">It can't be worked out from lengths in the graph.</exception>
    public string Vector(SymbolicNumber length)
    {
        if (length.IsConstant)
            return Write(new LengthExpression.Fixed((long)length.Constant));
        return Write(Find(length) ?? throw new ConversionException($"a length is {Describe(length)}: {Refusal}"));
    }

    /// <summary>An expression for a number that is a whole function of known lengths; null when it is none.</summary>
    public LengthExpression? Find(SymbolicNumber number)
    {
        if (!_found.TryGetValue(number, out var found) && new LengthSearch(_symbols, _known).Find(number) is { } expression)
            _found[number] = found = expression;
        return found;
    }

    /// <summary>The lengths known so far.</summary>
    public IReadOnlyList<KnownLength> Known => _known;

    /// <summary>What a number was where it was traced: <c>8 at batch 2, 125 at batch 5</c>.</summary>
    public string Describe(SymbolicNumber number) => number.IsOfData ? "what data makes it" : string.Join(", ", number.Seen.Select((seen, point) => $"{seen} at {axes.Describe(points[point])}"));

    /// <summary>Why a number can't be written, and what to do.</summary>
    public const string Refusal =
        "no function of the symbolic lengths that can be written down (a length in the graph, or sums, products and quotients of them). Fix the axis it depends on, or take it from a tensor's shape";

    /// <summary>An int64 vector of one element that holds an expression's value.</summary>
    public string Write(LengthExpression expression)
    {
        if (_written.TryGetValue(expression, out var known))
            return known;
        return _written[expression] = expression switch
        {
            LengthExpression.Fixed number => graph.AddInitializer("length", TensorData.Vector(number.Value)),
            LengthExpression.Known length => Gathered(length.Length),
            LengthExpression.Binary two => Node(two.OpType, [Write(two.Left), Write(two.Right)]),
            _ => throw new InvalidOperationException($"{expression} is no known expression."),
        };
    }

    // Reading the shape of a convolution's result would be a second reader, and keep a normalisation from being folded into it.
    private string Gathered(KnownLength length)
    {
        var places = _places[SymbolicNumber.Of(points, length.Seen)];
        var place = places.FindIndex(p => graph.Producer(p.Value)?.OpType is not ("Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "BatchNormalization"));
        var (value, axis) = places[Math.Max(0, place)];
        if (!_shapes.TryGetValue(value, out var shape))
            _shapes[value] = shape = Node("Shape", [value]);
        return Node("Gather", [shape, Write(new LengthExpression.Fixed(axis))], ("axis", 0L));
    }

    private string Node(string opType, string[] inputs, params (string, AttributeValue)[] attributes)
    {
        var output = graph.UniqueName($"lengths/{opType}.out");
        graph.Add(new Node(opType, inputs, [output], attributes) { Name = graph.UniqueName($"lengths/{opType}"), SourcePath = "symbolic lengths" });
        return output;
    }

    private string NameOf(SymbolicNumber length)
    {
        if (!_names.TryGetValue(length, out var name))
            _names[length] = name = Find(length)?.ToString() ?? graph.UniqueName("length");
        return name;
    }
}

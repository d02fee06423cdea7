namespace MLPipeline.Export.Tracing;

/// <summary>Which input axes vary, and under which names.</summary>
internal sealed class SymbolicAxes
{
    private const string Batch = "batch";
    private readonly Dictionary<(int Input, int Axis), int> _symbolOf = [];

    /// <summary>Reads the axes to vary.</summary>
    /// <param name="shapes">The example inputs' shapes.</param>
    /// <param name="axes">By input, then axis, the symbol's name.</param>
    /// <param name="sizes">By symbol, lengths that the module takes.</param>
    /// <exception cref="ExportException">An input or axis does not exist, or axes of one name have different lengths.</exception>
    public SymbolicAxes(
        IReadOnlyList<long[]> shapes, IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>> axes, IReadOnlyDictionary<string, IReadOnlyList<int>>? sizes = null)
    {
        var names = new List<string>();
        var lengths = new List<long>();
        foreach (var (input, axis, name) in from i in axes from a in i.Value orderby i.Key, a.Key select (i.Key, a.Key, a.Value))
        {
            if (input < 0 || input >= shapes.Count || axis < 0 || axis >= shapes[input].Length)
                throw new ExportException($"Dynamic axis '{name}' is axis {axis} of input {input}, which the example inputs do not have.");
            if (!names.Contains(name))
            {
                names.Add(name);
                lengths.Add(shapes[input][axis]);
            }

            var symbol = names.IndexOf(name);
            if (shapes[input][axis] != lengths[symbol])
            {
                throw new ExportException(
                    $"Dynamic axis '{name}' has length {lengths[symbol]} in one example and {shapes[input][axis]} in input {input}, axis {axis}; equal names are equal lengths. Give each its own name in DynamicAxes.");
            }

            _symbolOf[(input, axis)] = symbol;
        }

        Names = names;
        ExampleLengths = lengths;
        Sizes = sizes ?? new Dictionary<string, IReadOnlyList<int>>();
        if (Sizes.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw new ExportException($"DynamicAxisSizes names '{unknown}'; the dynamic axes are {(names.Count == 0 ? "none" : string.Join(", ", names))}.");
        if (Sizes.Keys.FirstOrDefault(name => IsBatch(names.IndexOf(name))) is { } batch)
            throw new ExportException($"DynamicAxisSizes names '{batch}', which is the batch; give its lengths in BatchSizes.");
    }

    /// <summary>The symbols.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The length of each in the examples.</summary>
    public IReadOnlyList<long> ExampleLengths { get; }

    /// <summary>By symbol, lengths that the module is said to take, to verify at.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Sizes { get; }

    /// <summary>An input's shape with the symbols at given lengths.</summary>
    public long[] ShapeAt(int input, long[] example, long[] point) =>
        [.. example.Select((length, axis) => _symbolOf.TryGetValue((input, axis), out var symbol) ? point[symbol] : length)];

    /// <summary>Whether any symbol is the batch.</summary>
    public bool HasBatch => Enumerable.Range(0, Names.Count).Any(IsBatch);

    /// <summary>Whether any other axis is symbolic.</summary>
    public bool HasOtherThanBatch => Enumerable.Range(0, Names.Count).Any(symbol => !IsBatch(symbol));

    /// <summary>The length of the batch among those of all symbols; 0 when there is none.</summary>
    public int BatchAt(long[] point) => Enumerable.Range(0, Names.Count).Where(IsBatch).Select(symbol => (int)point[symbol]).FirstOrDefault();

    /// <summary>The lengths of all symbols, with another batch.</summary>
    public long[] WithBatch(long[] point, long batch) => [.. point.Select((length, symbol) => IsBatch(symbol) ? batch : length)];

    /// <summary>The lengths of the symbols in some inputs.</summary>
    /// <exception cref="ExportException">Inputs are not like the examples in number, axes or fixed lengths, or disagree on a symbol.</exception>
    public long[] PointOf(IReadOnlyList<long[]> examples, IReadOnlyList<long[]> shapes)
    {
        var point = Enumerable.Repeat(-1L, Names.Count).ToArray();
        var alike = shapes.Count == examples.Count && shapes.Zip(examples).All(s => s.First.Length == s.Second.Length);
        foreach (var ((input, axis), symbol) in alike ? _symbolOf : [])
        {
            alike &= point[symbol] < 0 || point[symbol] == shapes[input][axis];
            point[symbol] = shapes[input][axis];
        }

        if (alike && shapes.Select((shape, input) => shape.AsSpan().SequenceEqual(ShapeAt(input, examples[input], point))).All(same => same))
            return point;
        throw new ExportException(
            $"VerificationInputs has inputs of shapes {Text(shapes)}, which are not like the examples, {Text(examples)}: only the axes in DynamicAxes may differ, those of one name alike.");

        static string Text(IReadOnlyList<long[]> shapes) => string.Join(" ", shapes.Select(s => $"[{string.Join(',', s)}]"));
    }

    /// <summary>Whether a symbol is the batch, whose length is nothing to a network: the one called so, or when none is, those of a first axis.</summary>
    public bool IsBatch(int symbol) =>
        Names.Contains(Batch) ? Names[symbol] == Batch : _symbolOf.Any(s => s.Value == symbol && s.Key.Axis == 0);

    /// <summary>Lengths of the symbols, for messages: <c>batch 2, time 17</c>.</summary>
    public string Describe(long[] point) => point.Length == 0 ? "the example's lengths" : string.Join(", ", Names.Select((name, i) => $"{name} {point[i]}"));

    /// <summary>Axis 0 of every input, named <c>batch</c>; inputs without axes have none.</summary>
    public static IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>> BatchOf(IReadOnlyList<long[]> shapes) =>
        Enumerable.Range(0, shapes.Count).Where(i => shapes[i].Length > 0)
            .ToDictionary(i => i, IReadOnlyDictionary<int, string> (_) => new Dictionary<int, string> { [0] = Batch });
}

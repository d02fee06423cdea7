namespace MLPipeline.Export.Tracing;

/// <summary>Which input axes vary, under which names, and the lengths to trace at.</summary>
internal sealed class SymbolicAxes
{
    private readonly Dictionary<(int Input, int Axis), int> _symbolOf = [];

    /// <summary>Reads the axes to vary.</summary>
    /// <param name="shapes">The example inputs' shapes.</param>
    /// <param name="axes">By input, then axis, the symbol's name.</param>
    /// <exception cref="ExportException">An input or axis does not exist.</exception>
    public SymbolicAxes(IReadOnlyList<long[]> shapes, IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>> axes)
    {
        var names = new List<string>();
        var lengths = new List<long>();
        foreach (var (input, named) in axes)
        {
            foreach (var (axis, name) in named)
            {
                if (input < 0 || input >= shapes.Count || axis < 0 || axis >= shapes[input].Length)
                    throw new ExportException($"Dynamic axis '{name}' is axis {axis} of input {input}, which the example inputs do not have.");
                if (!names.Contains(name))
                {
                    names.Add(name);
                    lengths.Add(shapes[input][axis]);
                }

                _symbolOf[(input, axis)] = names.IndexOf(name);
            }
        }

        Names = names;
        Points = MakePoints([.. lengths.Select((length, symbol) => IsBatch(symbol) || length <= 4 ? 2 : length)]);
    }

    /// <summary>The symbols.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The lengths to trace at, one per symbol: a base, one point per symbol that differs in it alone, and one to check.</summary>
    public IReadOnlyList<long[]> Points { get; }

    /// <summary>An input's shape with the symbols at given lengths.</summary>
    public long[] ShapeAt(int input, long[] example, long[] point) =>
        [.. example.Select((length, axis) => _symbolOf.TryGetValue((input, axis), out var symbol) ? point[symbol] : length)];

    /// <summary>Whether any input's first axis is symbolic.</summary>
    public bool HasBatch => _symbolOf.Keys.Any(k => k.Axis == 0);

    /// <summary>Whether any other axis is symbolic.</summary>
    public bool HasOtherThanBatch => Enumerable.Range(0, Names.Count).Any(symbol => !IsBatch(symbol));

    /// <summary>The lengths to verify at: symbols of a first axis get a given length, others those they were traced at, the base or its double in turn, neighbours differently.</summary>
    public long[] VerificationPoint(long batch, int round) =>
        [.. Names.Select((_, symbol) => IsBatch(symbol) ? batch : Points[(round + symbol) % 2 == 0 ? 0 : 1 + symbol][symbol])];

    /// <summary>Axis 0 of every input, named <c>batch</c>; inputs without axes have none.</summary>
    public static IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>> BatchOf(IReadOnlyList<long[]> shapes) =>
        Enumerable.Range(0, shapes.Count).Where(i => shapes[i].Length > 0)
            .ToDictionary(i => i, IReadOnlyDictionary<int, string> (_) => new Dictionary<int, string> { [0] = "batch" });

    private bool IsBatch(int symbol) => _symbolOf.Any(s => s.Value == symbol && s.Key.Axis == 0);

    // 2, 5 and 1 tell apart what an affine function is from n*n, n/2, n%2 and min(n, 3); 1 also catches code with a special case for one row.
    // A longer axis that is not the first (a sequence, an image side) has a length that the network is known to take; its double is the next best guess.
    private static List<long[]> MakePoints(long[] start)
    {
        var points = new List<long[]> { start };
        for (var i = 0; i < start.Length; i++)
            points.Add([.. start.Select((l, j) => j != i ? l : l == 2 ? 5 : 2 * l)]);
        points.Add([.. start.Select(l => l == 2 ? 1 : 3 * l)]);
        return points;
    }
}

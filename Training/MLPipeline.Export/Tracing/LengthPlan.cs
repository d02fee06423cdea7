namespace MLPipeline.Export.Tracing;

/// <summary>
/// The lengths of the symbolic axes at which a module is traced, and those at which its file is verified. The batch may be anything; another
/// axis (a sequence, an image side) has lengths that the network takes and others that it does not, so the module is tried.
/// </summary>
/// <remarks>
/// 2, 5 and 1 tell apart what an affine function is from n*n, n/2, n%2 and min(n, 3); 1 also catches code with a special case for one row. For
/// other axes it is the example's length, its double (half as much again for a long one), and an odd neighbour, as far as the module takes them.
/// </remarks>
internal sealed class LengthPlan
{
    private const int Long = 64;
    private const int TracedBeside = 2, VerifiedAtMost = 3, MoreAtMost = 4;
    private static readonly long[] Near = [1, 2, 3, 4, 8, 16, 32, 64];
    private static readonly long[] BatchTraced = [5, 1], BatchMore = [3, 4, 7, 6];

    private readonly SymbolicAxes _axes;
    private readonly Func<long[], string?> _failure;
    private readonly Dictionary<(int Symbol, long Length), string?> _tried = [];
    private readonly List<IReadOnlyList<long>> _traced = [];
    private readonly List<IReadOnlyList<long>> _verified = [];

    /// <summary>Chooses lengths.</summary>
    /// <param name="axes">The symbols.</param>
    /// <param name="failure">Runs the module at given lengths: null when it takes them, else why not.</param>
    /// <exception cref="ExportException">The module takes too few lengths of some axis, or not those it is said to take.</exception>
    public LengthPlan(SymbolicAxes axes, Func<long[], string?> failure)
    {
        _axes = axes;
        _failure = failure;
        Base = BaseOf(axes);
        for (var symbol = 0; symbol < axes.Names.Count; symbol++)
        {
            _verified.Add(axes.IsBatch(symbol) ? [] : Said(symbol));
            _traced.Add(axes.IsBatch(symbol) ? BatchTraced : Pick(symbol, TracedBeside, [Longer(Base[symbol]), Base[symbol] + 1]));
            if (!axes.IsBatch(symbol))
                ChooseVerified(symbol);
        }

        Traced = Points = [Base, .. axes.Names.Select((_, symbol) => With(symbol, _traced[symbol][0])), [.. axes.Names.Select((_, symbol) => _traced[symbol][1])]];
    }

    /// <summary>The lengths that differ least from the examples': where the module is tried first.</summary>
    public long[] Base { get; }

    /// <summary>The lengths to trace at: the base, one point per symbol that differs in it alone, and one to check.</summary>
    public IReadOnlyList<long[]> Points { get; }

    /// <summary>Where the module was traced in the end.</summary>
    public IReadOnlyList<long[]> Traced { get; set; }

    /// <summary>How many comparisons it takes to see every length that was chosen for verification.</summary>
    public int Rounds => _verified.Select(v => v.Count).DefaultIfEmpty(0).Max();

    /// <summary>The lengths before anything was tried.</summary>
    public static long[] BaseOf(SymbolicAxes axes) =>
        [.. axes.ExampleLengths.Select((length, symbol) => axes.IsBatch(symbol) || length == 1 ? 2 : length)];

    /// <summary>The lengths of the first run: a batch larger than those traced next, so that tables that grow with it have grown.</summary>
    public static long[] FirstOf(SymbolicAxes axes) => [.. BaseOf(axes).Select((length, symbol) => axes.IsBatch(symbol) ? BatchTraced.Max() : length)];

    /// <summary>
    /// Further lengths to trace at, for a module in which some number is no affine function of the symbols. The last are the base once more: a
    /// number that is another one then is no function of lengths at all.
    /// </summary>
    public IReadOnlyList<long[]> MorePoints()
    {
        var lengths = _axes.Names.Select((_, symbol) => _axes.IsBatch(symbol) ? BatchMore : More(symbol)).ToList();
        return lengths.Count == 0 ? [] : [.. Enumerable.Range(0, MoreAtMost).Select(i => (long[])[.. lengths.Select((l, symbol) => l[(i + symbol) % l.Count])]), Base];
    }

    /// <summary>The lengths to verify at: the batch as given, others in turn among those chosen, neighbours differently.</summary>
    public long[] VerificationPoint(long batch, int round) =>
        [.. _axes.Names.Select((_, symbol) => _axes.IsBatch(symbol) ? batch : _verified[symbol][(round + symbol) % _verified[symbol].Count])];

    /// <summary>The lengths of an axis that the module was seen to take, its base among them.</summary>
    public IReadOnlyList<long> Taken(int symbol) =>
        [.. _tried.Where(t => t.Key.Symbol == symbol && t.Value is null).Select(t => t.Key.Length).Append(Base[symbol]).Distinct().Order()];

    /// <summary>Whether the module takes a length of an axis, the others being as they were first.</summary>
    public bool Takes(int symbol, long length) => Failure(symbol, length) is null;

    private IReadOnlyList<long> More(int symbol)
    {
        var length = Base[symbol];
        var more = Pick(symbol, MoreAtMost, [length < Long ? 3 * length : length + length / 4, length - 1, length + 2, length / 2]);
        return more.Count > 0 ? more : _traced[symbol];
    }

    private IReadOnlyList<long> Said(int symbol)
    {
        if (!_axes.Sizes.TryGetValue(_axes.Names[symbol], out var sizes))
            return [];
        foreach (var size in sizes)
        {
            if (Failure(symbol, size) is { } failure)
                throw new ExportException($"DynamicAxisSizes says that '{_axes.Names[symbol]}' may be {size}, and the module fails there: {failure}");
        }

        return [.. sizes.Select(size => (long)size)];
    }

    private void ChooseVerified(int symbol)
    {
        var (length, said) = (Base[symbol], _verified[symbol]);
        if (said.Count == 0)
            _verified[symbol] = Pick(symbol, VerifiedAtMost, [length + 3, length / 2 + 1, Longer(length) + 3]);
        else if (_traced[symbol].Count < TracedBeside && said.Count > TracedBeside)
            _traced[symbol] = [.. said.Take(TracedBeside)]; // They count as traced; the others are proof.
        if (_traced[symbol].Count == TracedBeside && _verified[symbol].Count > 0)
            return;
        var refused = _tried.Where(t => t.Key.Symbol == symbol && t.Value is not null).OrderBy(t => Math.Abs(t.Key.Length - length)).First();
        throw new ExportException(
            $"Dynamic axis '{_axes.Names[symbol]}' can't vary: of the lengths tried the module takes {string.Join(", ", Taken(symbol))} only, and {1 + TracedBeside + 1} are needed to trace and to verify. "
            + $"At {refused.Key.Length} it fails: {refused.Value} Fix the axis, give equal names to axes that must be equal, or list lengths that it takes in DynamicAxisSizes.");
    }

    // The first lengths that the module takes and that are not in use, the preferred ones before their neighbours.
    private List<long> Pick(int symbol, int count, long[] preferred)
    {
        var length = Base[symbol];
        var used = (List<long>)[length, .. _verified[symbol], .. symbol < _traced.Count ? _traced[symbol] : []];
        long[] far = [length / 2, 3 * length / 2, length / 4, 2 * length, 3 * length, 4 * length];
        return [.. preferred.Concat(Near.SelectMany(d => (long[])[length + d, length - d])).Concat(far)
            .Where(l => l > 0 && !used.Contains(l)).Distinct().Where(l => Failure(symbol, l) is null).Take(count)];
    }

    // A long axis costs time: half as much again is as telling as twice.
    private static long Longer(long length) => length < Long ? 2 * length : length + (length / 2);

    private string? Failure(int symbol, long length) =>
        _tried.TryGetValue((symbol, length), out var known) ? known : _tried[(symbol, length)] = _failure(With(symbol, length));

    private long[] With(int symbol, long length) => [.. Base.Select((l, i) => i == symbol ? length : l)];
}

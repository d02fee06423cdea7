namespace MLPipeline.Export.Tracing;

/// <summary>
/// The lengths where code turns to another way: the shortest that the module takes, one step beyond all that were tried, and far beyond them; each
/// axis longer than all others; and a large batch. What is padded to a multiple, cropped, cut into blocks or kept in a table shows there: below a
/// threshold it is an affine function like any other.
/// </summary>
/// <remarks>They are looked at after the traces. Where the module fails at them, or gives no number, or has too much to do, they do not count.</remarks>
internal sealed class LengthEnds
{
    private const int Odd = 3; // Beside a round number remainders are not 0.
    private static readonly long[] Near = [1, 2, 3, 4, 8, 16, 32, 64];
    private static readonly long[] Short = [1, 2, 4, 8, 16, 32];
    private static readonly long[] Far = [64, 32, 16, 8];
    private static readonly long[] LargeBatches = [257, 129, 33, 17, 9];

    private readonly SymbolicAxes _axes;
    private readonly LengthPlan _plan;
    private readonly Func<long[], bool> _affordable;

    /// <summary>Looks for them, except for axes whose lengths were said.</summary>
    /// <param name="axes">The symbols.</param>
    /// <param name="plan">The lengths that were tried.</param>
    /// <param name="affordable">Whether running the module at given lengths takes little time.</param>
    public LengthEnds(SymbolicAxes axes, LengthPlan plan, Func<long[], bool> affordable)
    {
        _axes = axes;
        _plan = plan;
        _affordable = affordable;
        var shortest = End((symbol, taken) => Short.Where(l => l < taken.Min()));
        var longest = End((symbol, taken) => Near.Select(d => taken.Max() + d));
        var free = Enumerable.Range(0, axes.Names.Count).Where(IsFree).ToList();
        Points = [.. ((List<long[]>[])[[shortest], [longest]]).Concat(free.Select(symbol => Alone(symbol, shortest, longest)))
            .Select(IReadOnlyList<long[]> (points) => [.. points.Where(p => !p.SequenceEqual(plan.Base))]).Where(points => points.Count > 0)];
        LargeBatch = axes.HasBatch ? [.. LargeBatches.Select(batch => axes.WithBatch(AsSaid(shortest), batch)).Where(affordable)] : [];
    }

    /// <summary>The lengths to verify at, each in several versions: the first that the module takes is meant. The batch is free.</summary>
    public IReadOnlyList<IReadOnlyList<long[]>> Points { get; }

    /// <summary>A batch larger than all others and than the other axes, in several versions.</summary>
    public IReadOnlyList<long[]> LargeBatch { get; }

    private long[] AsSaid(long[] point) =>
        [.. point.Select((length, symbol) => _axes.Sizes.TryGetValue(_axes.Names[symbol], out var sizes) ? sizes.Min() : length)];

    private bool IsFree(int symbol) => !_axes.IsBatch(symbol) && !_axes.Sizes.ContainsKey(_axes.Names[symbol]);

    private long[] End(Func<int, IReadOnlyList<long>, IEnumerable<long>> lengths) => [.. _plan.Base.Select((length, symbol) =>
        IsFree(symbol) ? lengths(symbol, _plan.Taken(symbol)).FirstOrDefault(l => _plan.Takes(symbol, l), length) : length)];

    // One axis far beyond what was tried, or at least at its longest, and the others at their shortest.
    private List<long[]> Alone(int symbol, long[] shortest, long[] longest)
    {
        var far = Far.SelectMany(times => (long[])[(times * longest[symbol]) + Odd, times * longest[symbol]])
            .SelectMany(length => new[] { With(shortest, length), With(_plan.Base, length) }).Where(_affordable);
        return [.. far.Append(With(shortest, longest[symbol])).DistinctBy(point => string.Join(',', point)).Where(p => !p.SequenceEqual(longest))];

        long[] With(long[] others, long length) => [.. others.Select((l, i) => i == symbol ? length : l)];
    }
}

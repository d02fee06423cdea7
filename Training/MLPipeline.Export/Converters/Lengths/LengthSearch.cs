using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters.Lengths;

/// <summary>
/// Finds how a length can be written with known ones. A trace shows values, not formulas: the simplest form that gives the value at every
/// traced point is taken, in this order, and the verification at other lengths is its proof:
/// <list type="number">
/// <item>an affine function of the symbols with whole slopes;</item>
/// <item>a known length;</item>
/// <item>m * q + d for q = (s + c) / k, the quotient without remainder of a known s, a k to 64, and the c that rounds down or up, or 1 or -1; also
/// with s added or taken away, as remainders are and what is missing to a multiple;</item>
/// <item>a * s + c for a known s and whole a, c; the sum or difference of two known ones, plus c;</item>
/// <item>the product of two or three known ones, times or divided by a whole number.</item>
/// </list>
/// </summary>
/// <param name="symbols">The symbols, in order.</param>
/// <param name="known">All lengths known so far, the symbols among them, no two of them equal.</param>
internal sealed class LengthSearch(IReadOnlyList<KnownLength> symbols, IReadOnlyList<KnownLength> known)
{
    private const int LargestDivisor = 64;

    /// <summary>An expression for a number that is not fixed; null when there is none of these forms.</summary>
    public LengthExpression? Find(SymbolicNumber wanted)
    {
        if (wanted.IsOfData)
            return Same(wanted.Seen);
        if (!wanted.Seen.All(double.IsInteger))
            return null;
        if (wanted.Affine is { IsWhole: true } affine)
            return OfSymbols(affine);
        return Same(wanted.Seen) ?? Quotient(wanted.Seen) ?? Scaled(wanted.Seen) ?? Sum(wanted.Seen) ?? Product(wanted.Seen);
    }

    private LengthExpression OfSymbols(AffineFunction affine)
    {
        LengthExpression? sum = null;
        for (var i = 0; i < symbols.Count; i++)
        {
            var slope = (long)affine.Slopes[i];
            if (slope == 0)
                continue;
            LengthExpression symbol = new LengthExpression.Known(symbols[i]);
            sum = sum is null ? symbol * slope
                : slope < 0 ? new LengthExpression.Binary("Sub", sum, symbol * -slope)
                : new LengthExpression.Binary("Add", sum, symbol * slope);
        }

        return sum! + (long)affine.Constant;
    }

    private LengthExpression.Known? Same(IReadOnlyList<double> wanted) =>
        known.FirstOrDefault(k => k.Seen.SequenceEqual(wanted)) is { } same ? new LengthExpression.Known(same) : null;

    // Several forms may give the same numbers: the one with the fewest parts is how people write it.
    private LengthExpression? Quotient(IReadOnlyList<double> wanted) => (
        from length in known
        from divisor in Enumerable.Range(2, LargestDivisor - 1)
        from summand in (long[])[0, divisor - 1, -1, 1]
        let quotient = (double[])[.. length.Seen.Select(s => Math.Truncate((s + summand) / divisor))]
        from whole in (long[])[0, 1, -1]
        let rest = Line(quotient, [.. wanted.Select((w, p) => w - (whole * length.Seen[p]))])
        where rest is not null
        orderby Math.Abs(whole) + (rest.Value.Slope == 1 ? 0 : 1) + (rest.Value.Constant == 0 ? 0 : 1)
        select Sum(new LengthExpression.Known(length), whole, ((new LengthExpression.Known(length) + summand) / divisor) * rest.Value.Slope) + rest.Value.Constant)
        .FirstOrDefault();

    private static LengthExpression Sum(LengthExpression length, long times, LengthExpression other) =>
        times == 0 ? other : new LengthExpression.Binary(times > 0 ? "Add" : "Sub", other, length);

    private LengthExpression? Scaled(IReadOnlyList<double> wanted) => (
        from length in known
        let line = Line(length.Seen, wanted)
        where line is not null
        select (new LengthExpression.Known(length) * line.Value.Slope) + line.Value.Constant)
        .FirstOrDefault();

    // The whole slope and constant of the line through all points (x, y); null when there is none, or when it is level.
    private static (long Slope, long Constant)? Line(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var other = Enumerable.Range(1, x.Count - 1).FirstOrDefault(p => x[p] != x[0]);
        var slope = other == 0 ? 0 : (y[other] - y[0]) / (x[other] - x[0]);
        if (slope == 0 || !double.IsInteger(slope) || Enumerable.Range(0, x.Count).Any(p => y[p] - y[0] != slope * (x[p] - x[0])))
            return null;
        return ((long)slope, (long)(y[0] - (slope * x[0])));
    }

    private LengthExpression? Sum(IReadOnlyList<double> wanted) => Pairs()
        .SelectMany(p => (LengthExpression[])[new LengthExpression.Binary("Add", p.A, p.B), new LengthExpression.Binary("Sub", p.A, p.B), new LengthExpression.Binary("Sub", p.B, p.A)])
        .Select(sum => ConstantDifference(wanted, sum) is { } rest ? sum + rest : null)
        .FirstOrDefault(found => found is not null);

    private LengthExpression? Product(IReadOnlyList<double> wanted)
    {
        var pairs = Pairs().Select(p => new LengthExpression.Binary("Mul", p.A, p.B)).ToList();
        var triples = pairs.SelectMany(_ => known, (pair, third) => new LengthExpression.Binary("Mul", pair, new LengthExpression.Known(third)));
        return pairs.Concat(triples).Select(product => Multiple(wanted, product)).FirstOrDefault(found => found is not null);
    }

    private static LengthExpression? Multiple(IReadOnlyList<double> wanted, LengthExpression product)
    {
        var (factor, divisor) = (wanted[0] / product.At(0), Math.Floor(product.At(0) / wanted[0]));
        var found = factor >= 1 && double.IsInteger(factor) ? product * (long)factor : divisor is >= 2 and <= int.MaxValue ? product / (long)divisor : null;
        return found is not null && ConstantDifference(wanted, found) == 0 ? found : null;
    }

    private IEnumerable<(LengthExpression A, LengthExpression B)> Pairs() =>
        from a in Enumerable.Range(0, known.Count)
        from b in Enumerable.Range(a, known.Count - a)
        select ((LengthExpression)new LengthExpression.Known(known[a]), (LengthExpression)new LengthExpression.Known(known[b]));

    // What must be added to the expression to give the wanted value, if that is one number everywhere.
    private static long? ConstantDifference(IReadOnlyList<double> wanted, LengthExpression expression)
    {
        var rest = wanted[0] - expression.At(0);
        for (var point = 1; point < wanted.Count; point++)
        {
            if (wanted[point] - expression.At(point) != rest)
                return null;
        }

        return (long)rest;
    }
}

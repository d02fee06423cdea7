namespace MLPipeline.Export.Tracing.Recording;

/// <summary>A number of a traced program, such as a length: fixed, or a function of the symbolic axis lengths that is known by its values where it was traced.</summary>
internal sealed class SymbolicNumber : IEquatable<SymbolicNumber>
{
    /// <summary>A fixed number.</summary>
    public SymbolicNumber(double constant) => Seen = [constant];

    private SymbolicNumber(IReadOnlyList<double> seen, AffineFunction? affine)
    {
        Seen = seen;
        Affine = affine;
    }

    /// <summary>Whether data decides it: then what was seen is no guide.</summary>
    public bool IsOfData { get; private init; }

    /// <summary>Its value at each traced point; a single one when it is fixed.</summary>
    public IReadOnlyList<double> Seen { get; }

    /// <summary>The affine function of the symbols through all of them; null when there is none, or when the number is fixed.</summary>
    public AffineFunction? Affine { get; }

    /// <summary>Whether no symbol changes it.</summary>
    public bool IsConstant => Seen.Count == 1;

    /// <summary>The value of a fixed number.</summary>
    /// <exception cref="InvalidOperationException">It is not fixed.</exception>
    public double Constant => IsConstant ? Seen[0] : throw new InvalidOperationException("The number depends on a symbolic length.");

    /// <summary>The number that had these values.</summary>
    /// <param name="points">The lengths of the symbols at each point.</param>
    /// <param name="seen">The value at each.</param>
    public static SymbolicNumber Of(IReadOnlyList<long[]> points, IReadOnlyList<double> seen) =>
        seen.All(v => v.Equals(seen[0])) ? new SymbolicNumber(seen[0]) : new SymbolicNumber(seen, AffineFunction.Fit(points, seen));

    /// <summary>A length that data decides. It is equal to itself alone, and no function of anything: the values stand for what is not known.</summary>
    /// <param name="points">How many points were traced.</param>
    /// <param name="index">Another one for each such length.</param>
    public static SymbolicNumber OfData(int points, int index) =>
        new([.. Enumerable.Range(0, Math.Max(2, points)).Select(p => -1 - index - (Math.Sqrt(p + 2) / 10))], affine: null) { IsOfData = true };

    /// <summary>The sum of two.</summary>
    public SymbolicNumber Plus(SymbolicNumber other) => With(other, (a, b) => a + b, (IsConstant, other.IsConstant) switch
    {
        (true, false) => other.Affine?.Plus(Seen[0]),
        (false, true) => Affine?.Plus(other.Seen[0]),
        _ => other.Affine is null ? null : Affine?.Plus(other.Affine),
    });

    /// <summary>The difference of two.</summary>
    public SymbolicNumber Minus(SymbolicNumber other) => Plus(other.Times(new SymbolicNumber(-1)));

    /// <summary>The product of two.</summary>
    public SymbolicNumber Times(SymbolicNumber other) => With(other, (a, b) => a * b, (IsConstant, other.IsConstant) switch
    {
        (true, false) => other.Affine?.Times(Seen[0]),
        (false, true) => Affine?.Times(other.Seen[0]),
        _ => null,
    });

    /// <summary>Whether it is fixed, and this number.</summary>
    public bool Is(double value) => IsConstant && Seen[0].Equals(value);

    /// <summary>Equal numbers are equal wherever they were traced.</summary>
    public bool Equals(SymbolicNumber? other) => other is not null && Seen.SequenceEqual(other.Seen);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymbolicNumber);

    /// <inheritdoc/>
    public override int GetHashCode() => Seen.Aggregate(Seen.Count, HashCode.Combine);

    private SymbolicNumber With(SymbolicNumber other, Func<double, double, double> function, AffineFunction? affine)
    {
        var count = Math.Max(Seen.Count, other.Seen.Count);
        double[] seen = [.. Enumerable.Range(0, count).Select(p => function(Seen[IsConstant ? 0 : p], other.Seen[other.IsConstant ? 0 : p]))];
        return seen.All(v => v.Equals(seen[0])) ? new SymbolicNumber(seen[0]) : new SymbolicNumber(seen, affine) { IsOfData = IsOfData || other.IsOfData };
    }

    /// <summary>The values, for messages.</summary>
    public override string ToString() => string.Join(", ", Seen);
}

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>A number that is an affine function of the symbolic axis lengths: c + sum of slope_i * symbol_i.</summary>
/// <param name="Constant">c.</param>
/// <param name="Slopes">One per symbol; empty when the number is a constant.</param>
internal sealed record Affine(double Constant, IReadOnlyList<double> Slopes)
{
    /// <summary>A plain number.</summary>
    public Affine(double constant)
        : this(constant, [])
    {
    }

    /// <summary>Whether no symbol changes it.</summary>
    public bool IsConstant => Slopes.All(s => s == 0);

    /// <summary>The index of the symbol this number is equal to; -1 when it is anything else.</summary>
    public int SameAsSymbol => Constant == 0 && Slopes.Count(s => s != 0) == 1 && Slopes.Contains(1) ? Slopes.ToList().IndexOf(1) : -1;

    /// <summary>The sum of two.</summary>
    public Affine Plus(Affine other) => new(
        Constant + other.Constant,
        [.. Enumerable.Range(0, Math.Max(Slopes.Count, other.Slopes.Count)).Select(i => Slopes.ElementAtOrDefault(i) + other.Slopes.ElementAtOrDefault(i))]);

    /// <summary>The value at given axis lengths.</summary>
    public double At(IReadOnlyList<long> symbols) => Constant + Slopes.Select((s, i) => s * symbols[i]).Sum();

    /// <summary>
    /// Fits values seen at several points. The first point is the base; point 1 + i differs from it in symbol i alone; the rest check.
    /// </summary>
    /// <returns>The function, or null when no affine function goes through all points.</returns>
    public static Affine? Fit(IReadOnlyList<long[]> points, IReadOnlyList<double> values)
    {
        if (values.All(v => v.Equals(values[0])))
            return new Affine(values[0]);
        var start = points[0];
        var slopes = new double[start.Length];
        for (var i = 0; i < slopes.Length; i++)
            slopes[i] = (values[1 + i] - values[0]) / (points[1 + i][i] - start[i]);
        var fit = new Affine(values[0] - slopes.Select((s, i) => s * start[i]).Sum(), slopes);
        return points.Zip(values).All(p => fit.At(p.First) == p.Second) ? fit : null;
    }

    /// <inheritdoc/>
    public bool Equals(Affine? other) => other is not null && Constant.Equals(other.Constant) && Slopes.SequenceEqual(other.Slopes);

    /// <inheritdoc/>
    public override int GetHashCode() => Slopes.Aggregate(Constant.GetHashCode(), HashCode.Combine);
}

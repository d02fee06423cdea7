namespace MLPipeline.Export.Tracing.Recording;

/// <summary>An affine function of the symbolic axis lengths: c + sum of slope_i * symbol_i.</summary>
/// <param name="Constant">c.</param>
/// <param name="Slopes">One per symbol.</param>
internal sealed record AffineFunction(double Constant, IReadOnlyList<double> Slopes)
{
    /// <summary>Whether whole lengths give whole numbers.</summary>
    public bool IsWhole => double.IsInteger(Constant) && Slopes.All(double.IsInteger);

    /// <summary>The value at given axis lengths.</summary>
    public double At(IReadOnlyList<long> symbols) => Constant + Slopes.Select((s, i) => s * symbols[i]).Sum();

    /// <summary>This and a number.</summary>
    public AffineFunction Plus(double summand) => this with { Constant = Constant + summand };

    /// <summary>The sum of two functions of the same symbols.</summary>
    public AffineFunction Plus(AffineFunction other) => new(Constant + other.Constant, [.. Slopes.Zip(other.Slopes, (a, b) => a + b)]);

    /// <summary>A multiple of this.</summary>
    public AffineFunction Times(double factor) => new(Constant * factor, [.. Slopes.Select(s => s * factor)]);

    /// <summary>
    /// Fits values seen at several points. The first point is the base; point 1 + i differs from it in symbol i alone; the rest check.
    /// </summary>
    /// <returns>The function, or null when no affine function goes through all points.</returns>
    public static AffineFunction? Fit(IReadOnlyList<long[]> points, IReadOnlyList<double> values)
    {
        var start = points[0];
        var slopes = new double[start.Length];
        for (var i = 0; i < slopes.Length; i++)
            slopes[i] = (values[1 + i] - values[0]) / (points[1 + i][i] - start[i]);
        var fit = new AffineFunction(values[0] - slopes.Select((s, i) => s * start[i]).Sum(), slopes);
        return points.Zip(values).All(p => fit.At(p.First) == p.Second) ? fit : null;
    }
}

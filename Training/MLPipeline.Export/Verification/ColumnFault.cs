namespace MLPipeline.Export.Verification;

/// <summary>
/// Looks for parts of a tensor that are small beside the rest and wrong: scores behind coordinates of some hundred pixels, one channel among
/// others. The scale of the whole tensor would let them pass.
/// </summary>
internal static class ColumnFault
{
    private const int LongestAxis = 4096, FewestElements = 4;

    /// <summary>The rounding of a 32-bit float, some eight times: what is left where large numbers cancel is of that size.</summary>
    private const double Rounding = 1e-6;

    /// <summary>How much looser than the tensor's own tolerance: a column that is off by rounding is right in some elements.</summary>
    private const double Looser = 100;

    /// <summary>Describes a column of the last axis or of axis 1 all elements of which are wrong; null when there is none.</summary>
    /// <param name="errors">|actual - expected| at each element.</param>
    /// <param name="expected">What the module gives.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="tolerance">How far numbers may be apart.</param>
    /// <param name="scale">The largest finite |expected|.</param>
    public static string? Find(double[] errors, double[] expected, long[] shape, Tolerance tolerance, double scale) =>
        shape.Length < 2 ? null : new[] { shape.Length - 1, 1 }.Distinct().Select(axis => Along(axis, errors, expected, shape, tolerance, scale)).FirstOrDefault(fault => fault is not null);

    private static string? Along(int axis, double[] errors, double[] expected, long[] shape, Tolerance tolerance, double scale)
    {
        var columns = shape[axis];
        if (columns is < 2 or > LongestAxis || errors.Length / columns < FewestElements)
            return null;
        var inner = shape.Skip(axis + 1).Aggregate(1L, (product, length) => product * length);
        var least = Enumerable.Repeat(double.PositiveInfinity, (int)columns).ToArray();
        var largest = new double[columns];
        for (var i = 0; i < errors.Length; i++)
        {
            var column = i / inner % columns;
            least[column] = Math.Min(least[column], errors[i]);
            if (double.IsFinite(expected[i]))
                largest[column] = Math.Max(largest[column], Math.Abs(expected[i]));
        }

        for (var column = 0; column < columns; column++)
        {
            var allowed = tolerance.Absolute + (Looser * tolerance.Relative * largest[column]) + (Rounding * scale);
            if (least[column] > allowed)
                return $"all elements at {column} of axis {axis} differ, by {least[column]:0.0e+0} at least, where the module gives {largest[column]:G4} at most (allowed {allowed:0.0e+0})";
        }

        return null;
    }
}

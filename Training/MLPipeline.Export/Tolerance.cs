namespace MLPipeline.Export;

/// <summary>
/// How far two tensors may be apart: at every element, |actual - expected| &lt;= <paramref name="Absolute"/> + <paramref name="Relative"/> *
/// (the largest |expected| of the tensor). The scale is the tensor's, not the element's: the rounding of a sum follows its largest terms.
/// </summary>
/// <param name="Absolute">In units of the output, 0 or more.</param>
/// <param name="Relative">A ratio, 0 or more.</param>
public sealed record Tolerance(double Absolute, double Relative)
{
    /// <summary>1e-5 absolute plus 1e-4 relative: some hundred roundings of a 32-bit float.</summary>
    public static Tolerance Default { get; } = new(1e-5, 1e-4);

    /// <summary>
    /// 1e-3 absolute plus 1e-2 relative, for files that compute in float16, whose numbers have 11 bits: some twenty roundings of the largest. It tells a
    /// file of lower precision from a wrong one; whether the precision is enough for the task, its test data tell.
    /// </summary>
    public static Tolerance Half { get; } = new(1e-3, 1e-2);

    /// <inheritdoc/>
    public override string ToString() => $"{Absolute:0.###e+0} + {Relative:0.###e+0} x largest value";

    internal Tolerance Times(double factor) => new(Absolute * factor, Relative * factor);

    internal void Validate()
    {
        if (!double.IsFinite(Absolute) || !double.IsFinite(Relative) || Absolute < 0 || Relative < 0 || Absolute + Relative == 0)
            throw new ArgumentException($"Tolerance is {Absolute} absolute and {Relative} relative; both must be finite and 0 or more, and one above 0.");
    }
}

using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Tracing;

/// <summary>What a module computes, for every length of its symbolic axes: several traces made one.</summary>
/// <param name="Inputs">The module's inputs.</param>
/// <param name="Calls">The operators in order; constants are computed already.</param>
/// <param name="Outputs">The module's outputs with their place in what it returns.</param>
/// <param name="Points">The lengths of the symbols in each trace.</param>
/// <param name="Problems">What stands in the way of an export; empty when nothing does.</param>
internal sealed record TracedProgram(
    IReadOnlyList<TracedValue> Inputs,
    IReadOnlyList<TracedCall> Calls,
    IReadOnlyList<(string Name, TracedValue Value)> Outputs,
    IReadOnlyList<long[]> Points,
    IReadOnlyList<string> Problems)
{
    /// <summary>Whether every number in it is an affine function of the symbols with whole slopes; others take more traces to be told apart.</summary>
    public required bool IsAffine { get; init; }

    /// <summary>About how many numbers the operators give at some lengths: a measure of the time and memory that a run takes.</summary>
    /// <param name="lengths">The lengths of the symbols.</param>
    public double ElementsAt(long[] lengths)
    {
        return Calls.SelectMany(c => c.Results).Sum(r => r.Dims!.Aggregate(1.0, (product, length) => product * At(length)));

        double At(SymbolicNumber length) => length.IsConstant ? length.Constant
            : length.Affine is { } affine ? Math.Max(0, affine.At(lengths))
            : length.IsOfData ? lengths.Max()
            : Points.Zip(length.Seen).Min(p => p.Second * Growth(p.First));

        // What is no affine function is mostly a product of two lengths, or of one with itself.
        double Growth(long[] point) => lengths.Select((l, symbol) => Math.Pow((double)l / point[symbol], 2)).Aggregate(1.0, (a, b) => a * b);
    }
}

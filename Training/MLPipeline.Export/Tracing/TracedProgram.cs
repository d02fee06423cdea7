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
}

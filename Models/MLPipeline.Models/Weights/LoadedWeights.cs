namespace MLPipeline.Models.Weights;

/// <summary>What loading weights into a module did.</summary>
/// <param name="Loaded">Keys that got their values from the file.</param>
/// <param name="Missing">Keys of the module that the file does not have; they keep their values.</param>
/// <param name="Unexpected">Keys of the file that the module does not have.</param>
/// <param name="Skipped">Keys of another shape, which were left out on request.</param>
public sealed record LoadedWeights(
    IReadOnlyList<string> Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Skipped);

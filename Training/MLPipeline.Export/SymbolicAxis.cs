namespace MLPipeline.Export;

/// <summary>A symbolic axis of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Traced">The lengths at which the module ran to make the file.</param>
public sealed record SymbolicAxis(string Name, IReadOnlyList<long> Traced);

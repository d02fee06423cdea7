namespace MLPipeline.Cli.Checks;

/// <summary>What came of trying one thing.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="Works">Whether it works.</param>
/// <param name="Detail">Versions and what was really used, or the one cause.</param>
/// <param name="Remedy">What to do, when it does not work.</param>
internal sealed record Check(string Name, bool Works, string Detail, string? Remedy = null);

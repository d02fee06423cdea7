namespace MLPipeline.Models.Weights;

/// <summary>Weights that do not fit a module. The message lists every key that stands in the way; the module is as it was.</summary>
public sealed class WeightsMismatchException : Exception
{
    /// <summary>The error of one file and one module.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="problems">One line for each key, with what to do last.</param>
    public WeightsMismatchException(string path, string module, IReadOnlyList<string> problems)
        : base($"The weights in '{path}' do not fit {module}; nothing was loaded:\n" + string.Join('\n', problems.Select(p => "  - " + p))) => Problems = problems;

    /// <summary>What does not fit, a line each.</summary>
    public IReadOnlyList<string> Problems { get; }
}

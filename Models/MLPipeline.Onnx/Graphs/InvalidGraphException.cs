namespace MLPipeline.Onnx.Graphs;

/// <summary>A graph breaks ONNX's rules. Lists every problem, not only the first.</summary>
public sealed class InvalidGraphException : Exception
{
    /// <summary>A graph with problems.</summary>
    public InvalidGraphException(string graphName, IReadOnlyList<string> problems)
        : base($"Graph '{graphName}' is not valid:{string.Concat(problems.Select(p => $"{Environment.NewLine}  {p}"))}") => Problems = problems;

    /// <summary>One line each: what is wrong, and at which node or value.</summary>
    public IReadOnlyList<string> Problems { get; }
}

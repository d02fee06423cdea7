namespace MLPipeline.Export;

/// <summary>A module can't be exported, or its export went wrong. The message says what stands in the way, where, and what to do.</summary>
public class ExportException : Exception
{
    /// <summary>An error with its message.</summary>
    public ExportException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public ExportException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without a message.</summary>
    public ExportException()
    {
    }

    /// <summary>All that stands in the way of an export, one line each.</summary>
    public ExportException(IReadOnlyList<string> problems)
        : base("The module can't be exported:\n" + string.Join('\n', problems.Select(p => "  - " + p))) => Problems = problems;

    /// <summary>Each operator in the way, with its module path and remedy; empty for an error of another kind.</summary>
    public IReadOnlyList<string> Problems { get; } = [];
}

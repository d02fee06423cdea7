namespace MLPipeline.Export;

/// <summary>A module can't be exported, or its export went wrong. The message says what stands in the way, where, and what to do.</summary>
public class ExportException : Exception
{
    private const string PlaceMark = ", at ";
    private const int PlacesShown = 5;

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

    /// <summary>All that stands in the way of an export, one line each; lines that differ only in their place, after the last <c>, at</c>, become one.</summary>
    public ExportException(IReadOnlyList<string> problems)
        : this(problems, null)
    {
    }

    /// <summary>All that stands in the way of an export, one line each, and the exception behind one of them.</summary>
    public ExportException(IReadOnlyList<string> problems, Exception? innerException)
        : this(ByReason(problems), innerException)
    {
    }

    private ExportException(List<string> reasons, Exception? innerException)
        : base("The module can't be exported:\n" + string.Join('\n', reasons.Select(r => "  - " + r)), innerException) => Problems = reasons;

    /// <summary>Each operator in the way, with its module paths and remedy; empty for an error of another kind.</summary>
    public IReadOnlyList<string> Problems { get; } = [];

    private static List<string> ByReason(IReadOnlyList<string> problems) =>
        [.. problems.Distinct().Select(Split).GroupBy(p => p.Reason, p => p.Place).Select(g => g.Key + Places([.. g.OfType<string>()]))];

    private static (string Reason, string? Place) Split(string problem)
    {
        var at = problem.LastIndexOf(PlaceMark, StringComparison.Ordinal);
        return at < 0 ? (problem, null) : (problem[..at], problem[(at + PlaceMark.Length)..]);
    }

    private static string Places(List<string> places) => places.Count == 0 ? ""
        : PlaceMark + string.Join("; ", places.Take(PlacesShown)) + (places.Count > PlacesShown ? $"; and {places.Count - PlacesShown} more" : "");
}

using System.Text;
using System.Text.RegularExpressions;

namespace MLPipeline.Native.Diagnosis;

/// <summary>Turns the errors of native libraries into one cause and one remedy each.</summary>
public static class LoadFailures
{
    /// <summary>The finding for an exception and all it was caused by; null for a failure that is not known.</summary>
    public static Finding? Explain(Exception failure, HostFacts host)
    {
        var text = new StringBuilder();
        Append(failure, text);
        return Explain(text.ToString(), host);
    }

    /// <summary>The finding for a text: exception type names and messages, or a native library's log.</summary>
    public static Finding? Explain(string text, HostFacts host)
    {
        foreach (var row in LoadFailureTable.Rows)
            if (Regex.Match(text, row.Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) is { Success: true } match)
                return row.Explain(match, host);
        return null;
    }

    private static void Append(Exception failure, StringBuilder text)
    {
        text.Append(failure.GetType().Name).Append(": ").AppendLine(failure.Message);
        if (failure is AggregateException several)
            foreach (var inner in several.InnerExceptions)
                Append(inner, text);
        else if (failure.InnerException is { } inner)
            Append(inner, text);
    }
}

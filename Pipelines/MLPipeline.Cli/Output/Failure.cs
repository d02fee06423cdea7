using MLPipeline.Export;
using MLPipeline.Inference;

namespace MLPipeline.Cli.Output;

/// <summary>What went wrong, as one line; the stack trace only for those who ask, or when we did not see it coming.</summary>
internal static class Failure
{
    /// <summary>Writes the failure and gives the exit code.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="trace">Whether to write where it happened, too.</param>
    public static int Report(Exception failure, TextWriter error, bool trace)
    {
        var cause = failure is AggregateException { InnerExceptions.Count: 1 } one ? one.InnerExceptions[0] : failure;
        error.WriteLine(cause is OperationCanceledException ? "mlpipeline: stopped." : $"mlpipeline: {Line(cause)}");
        if (trace)
            error.WriteLine(failure);
        return cause is OperationCanceledException ? ExitCode.Cancelled : IsUsage(cause) ? ExitCode.Usage : ExitCode.Error;
    }

    private static bool IsUsage(Exception cause) => false;

    private static string Line(Exception cause) => cause switch
    {
        ModelLoadException or ModelRunException or ExportException or IOException or UnauthorizedAccessException => OneLine(cause.Message),
        _ => $"unexpected {cause.GetType().Name}: {OneLine(cause.Message)} Run again with --verbose to see where, and please report it.",
    };

    private static string OneLine(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}

using MLPipeline.Cli.Stages;
using MLPipeline.Export;
using MLPipeline.Inference;
using MLPipeline.Models;
using MLPipeline.Native.Diagnosis;
using MLPipeline.Training;

namespace MLPipeline.Cli.Output;

/// <summary>What went wrong, as one line, and one more for each reason where there are several; where in the code, only for those who ask.</summary>
internal static class Failure
{
    /// <summary>Writes the failure and gives the exit code.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="trace">Whether to write where it happened, too.</param>
    public static int Report(Exception failure, TextWriter error, bool trace)
    {
        var cause = Cause(failure);
        error.WriteLine($"mlpipeline: {InOneLine(Text(cause))}");
        if (cause is ExportException { Problems: [_, _, ..] problems })
        {
            foreach (var problem in problems)
                error.WriteLine($"  - {InOneLine(problem)}");
        }
        if (trace)
            error.WriteLine(failure);
        return cause switch
        {
            OperationCanceledException => ExitCode.Cancelled,
            UsageException or UnknownModelException => ExitCode.Usage,
            _ => ExitCode.Error,
        };
    }

    /// <summary>ML.NET and tasks wrap what was thrown inside them.</summary>
    private static Exception Cause(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [var only] } => Cause(only),
        // ML.NET wraps once for each of its threads.
        InvalidOperationException { InnerException: { } inner }
            when Cause(inner) is var root && (IsKnown(root) || root is OperationCanceledException) => root,
        _ => failure,
    };

    private static string InOneLine(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string Text(Exception cause) => cause switch
    {
        TrainingStoppedException => cause.Message,
        OperationCanceledException => "stopped.",
        ExportException { Problems: [var only] } => $"the module can't be exported: {only}",
        ExportException { Problems.Count: > 1 } => "the module can't be exported, for these reasons:",
        _ when IsKnown(cause) => cause.Message,
        _ when LoadFailures.Explain(cause, HostFacts.Read()) is { } finding => $"{finding.Cause} {finding.Remedy} See also: mlpipeline doctor.",
        _ => $"unexpected {cause.GetType().Name}: {cause.Message} Run again with --verbose to see where, and please report it.",
    };

    /// <summary>Whether the message was written for whoever runs the command.</summary>
    private static bool IsKnown(Exception cause) => cause
        is UsageException
        or UnknownModelException
        or TrainingDivergedException
        or ExportException
        or ModelLoadException
        or ModelRunException
        or IOException
        or UnauthorizedAccessException;
}

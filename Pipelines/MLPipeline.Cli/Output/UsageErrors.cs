using System.CommandLine;

namespace MLPipeline.Cli.Output;

/// <summary>A command line that does not parse: what is wrong with it, and where to read on.</summary>
internal static class UsageErrors
{
    /// <summary>More edits than this and another word was meant.</summary>
    internal const int MostEdits = 3;

    /// <summary>Writes one line on what is wrong, and one that leads to the help.</summary>
    public static int Report(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        error.WriteLine($"mlpipeline: {Fault(parsed, command)}");
        error.WriteLine($"Try '{(command.Subcommands.Count > 0 ? "mlpipeline" : $"mlpipeline {command.Name}")} --help'.");
        return ExitCode.Usage;
    }

    private static string Fault(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return Unknown(command, unknown);
        if (command.Subcommands.Count > 0)
            return $"say what to do: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
        return string.Join(' ', parsed.Errors.Select(fault => fault.Message).Distinct());
    }

    private static string Unknown(Command command, string token)
    {
        var isOption = token.StartsWith('-');
        var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        var known = isOption ? Options(command) : command.Subcommands.Select(c => c.Name);
        var closest = known.MinBy(name => Spelling.Distance(token, name));
        var hint = closest is not null && Spelling.Distance(token, closest) <= MostEdits ? $" Did you mean '{closest}'?" : "";
        return $"there is no {kind} '{token}'.{hint}";
    }

    private static IEnumerable<string> Options(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
        .Select(option => option.Name);
}

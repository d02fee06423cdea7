using System.CommandLine;

namespace MLPipeline.Cli.Output;

/// <summary>A command line that does not parse: what is wrong with it, and where to read on.</summary>
internal static class UsageErrors
{
    /// <summary>Writes one line for each error.</summary>
    public static int Report(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var unmatched = parsed.UnmatchedTokens is [var first, ..] ? first : null;
        if (unmatched is not null)
            error.WriteLine(Unknown(command, unmatched));
        else if (parsed.Errors.Count == 0)
            error.WriteLine("mlpipeline: say what to do: " + string.Join(", ", command.Subcommands.Select(c => c.Name)) + ".");
        foreach (var fault in parsed.Errors.Where(_ => unmatched is null).Select(e => e.Message).Distinct())
            error.WriteLine($"mlpipeline: {fault}");
        error.WriteLine($"Try '{Path(parsed)} --help'.");
        return ExitCode.Usage;
    }

    private static string Unknown(Command command, string token)
    {
        var isOption = token.StartsWith('-');
        var known = isOption
            ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive))).Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        var closest = known.Select(name => (name, distance: Spelling.Distance(token, name))).OrderBy(pair => pair.distance).FirstOrDefault();
        var hint = closest.name is not null && closest.distance <= 3 ? $" Did you mean '{closest.name}'?" : "";
        return $"mlpipeline: there is no {kind} '{token}'.{hint}";
    }

    private static string Path(ParseResult parsed) =>
        parsed.CommandResult.Command is { Name: not "mlpipeline" } command ? $"mlpipeline {command.Name}" : "mlpipeline";
}

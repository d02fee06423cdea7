using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MLPipeline.Cli.Commands;

namespace MLPipeline.Cli.Output;

/// <summary><c>--help</c>: the usual page, then examples and exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const int Width = 110;

    private const string ExitCodes =
        """
        Exit codes:
          0    done
          1    it failed; one line on standard error says why
          2    the command line is wrong
          130  stopped by Ctrl-C

        """;

    private readonly HelpAction _page = new() { MaxWidth = Width };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        _page.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is IHaveExamples { Examples: var examples })
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        output.Write(ExitCodes);
        return ExitCode.Ok;
    }
}

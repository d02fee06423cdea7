using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MLPipeline.Cli.Commands;
using MLPipeline.Cli.Output;

namespace MLPipeline.Cli;

/// <summary>The whole command line: parses it, runs one command, turns the outcome into an exit code.</summary>
internal static class CommandLine
{
    private const string Description =
        "Train a network in TorchSharp, export it to ONNX, score it in ONNX Runtime and ML.NET.";

    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show the stack trace when something fails.",
        Recursive = true,
    };

    /// <summary>The commands and what all of them share.</summary>
    public static Command Create()
    {
        var root = new Command("mlpipeline", Description)
        {
            new RunCommand(),
            new TrainCommand(),
            new ExportCommand(),
            new VerifyCommand(),
            new EvaluateCommand(),
            new PredictCommand(),
            new InspectCommand(),
            new GraphCommand(),
            new CoverageCommand(),
            new ModelsCommand(),
            new DoctorCommand(),
        };
        root.Options.Add(Verbose);
        root.Options.Add(new HelpOption { Action = new HelpWithExamples() });
        root.Options.Add(new VersionOption { Action = new VersionLine() });
        return root;
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="args">Without the name of the executable.</param>
    /// <param name="output">Results.</param>
    /// <param name="error">Progress and errors.</param>
    /// <param name="cancellation">Asks the command to save and stop.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        var parsed = Create().Parse(args);
        if (parsed.Action is ParseErrorAction or null)
            return UsageErrors.Report(parsed, error);
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return Failure.Report(failure, error, parsed.GetValue(Verbose));
        }
    }
}

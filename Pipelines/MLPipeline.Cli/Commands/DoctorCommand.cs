using System.CommandLine;
using MLPipeline.Cli.Checks;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>doctor</c>: tries every native library and device, and turns each failure into a cause and a remedy.</summary>
internal sealed class DoctorCommand : Command, IHaveExamples
{
    private readonly DeviceFlag _device = new();
    private readonly JsonFlag _json = new();

    public DoctorCommand()
        : base("doctor", "Check this machine: native libraries, versions, devices, and what is really used.")
    {
        Options.Add(_device);
        Options.Add(_json);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline doctor",
        "mlpipeline doctor --device cuda    is CUDA really usable?",
    ];

    private int Run(ParseResult parsed)
    {
        var checks = Examination.Run(parsed.GetRequiredValue(_device), _device.Provider(parsed));
        var healthy = checks.All(check => check.Works);
        Terminal.Of(parsed, parsed.GetValue(_json)).Write(
            new { Healthy = healthy, Version = VersionLine.Version, Software.System, Software.Runtime, Software.Processor, Checks = checks },
            console => Show(console, checks, healthy));
        return healthy ? ExitCode.Ok : ExitCode.Error;
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<Check> checks, bool healthy)
    {
        console.Write(Tables.Facts(
            ("System", Software.System),
            ("Runtime", Software.Runtime),
            ("Processor", Software.Processor)));
        console.WriteLine();
        console.Write(Tables.Facts([.. checks.Select(check => (
            $"{(check.Works ? "ok    " : "FAILED")}  {check.Name}",
            check.Remedy is null ? check.Detail : $"{check.Detail}\nTo do: {check.Remedy}"))]));
        console.WriteLine();
        console.WriteLine(healthy ? "All is well." : "Something is missing: see above.");
    }
}

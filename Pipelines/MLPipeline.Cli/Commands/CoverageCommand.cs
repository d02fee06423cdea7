using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Export.Coverage;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>coverage</c>: what of TorchSharp can be exported.</summary>
internal sealed class CoverageCommand : Command, IHaveExamples
{
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the whole list to this Markdown file.", HelpName = "FILE" };
    private readonly JsonFlag _json = new();

    public CoverageCommand()
        : base("coverage", "Say what of TorchSharp can be exported, and what is refused and why.")
    {
        Options.Add(_output);
        Options.Add(_json);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["mlpipeline coverage", "mlpipeline coverage --output COVERAGE.md", "mlpipeline coverage --json"];

    private int Run(ParseResult parsed)
    {
        var report = CoverageReport.Create();
        var output = parsed.GetValue(_output);
        if (output is not null)
            WholeFile.WriteText(output, report.ToMarkdown());
        Terminal.Of(parsed, parsed.GetValue(_json)).Write(report, console => Show(console, report, output));
        return ExitCode.Ok;
    }

    private static void Show(IAnsiConsole console, CoverageReport report, string? output)
    {
        console.Write(Tables.Rows(
            [$"TorchSharp {report.TorchSharpVersion}", ">Exported", ">Descends", ">Refused", ">Share", ">Left out"],
            [Row("modules", report.Modules), .. report.Functions.GroupBy(e => e.Family).Where(g => CoverageReport.Share([.. g]) > 0).Select(g => Row(g.Key, [.. g])), Row("functions", report.Functions)]));
        var refused = report.Modules.Where(entry => entry.Status == CoverageStatus.Refused).ToList();
        if (refused.Count > 0)
            console.Write(Tables.Rows(["Refused module", "Leads to"], refused.Select(entry => (IReadOnlyList<string>)[entry.Name, entry.Reason])));
        console.WriteLine(output is null ? "--output FILE writes the whole list." : $"The whole list is in {output}.");
    }

    private static IReadOnlyList<string> Row(string name, IReadOnlyList<CoverageEntry> entries)
    {
        return [name, Count(CoverageStatus.Exported), Count(CoverageStatus.Descends), Count(CoverageStatus.Refused), Figures.Percent(CoverageReport.Share(entries)), Count(CoverageStatus.LeftOut)];

        string Count(CoverageStatus status) => Figures.Count(entries.Count(entry => entry.Status == status));
    }
}

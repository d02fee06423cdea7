using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Models;

namespace MLPipeline.Cli.Commands;

/// <summary><c>models</c>: the networks there are.</summary>
internal sealed class ModelsCommand : Command, IHaveExamples
{
    private readonly JsonFlag _json = new();

    public ModelsCommand()
        : base("models", "List the networks that --model knows.")
    {
        Options.Add(_json);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["mlpipeline models", "mlpipeline models --json"];

    private int Run(ParseResult parsed)
    {
        var rows = ModelCatalog.Entries.Select(Row.Of).ToList();
        Terminal.Of(parsed, parsed.GetValue(_json)).Write(
            new { Models = rows },
            console => console.Write(Tables.Rows(
                ["Name", "Family", ">Parameters", "Images", "Stems", "Description"],
                rows.Select(row => (IReadOnlyList<string>)
                    [row.Name, row.Family, Figures.Count(row.Parameters), row.Images, row.StemChoice ? "small, imagenet" : "own", row.Description]))));
        return ExitCode.Ok;
    }

    private sealed record Row(string Name, string Family, long Parameters, string Images, bool StemChoice, string Description)
    {
        public static Row Of(ModelEntry entry) => new(
            entry.Name,
            entry.Family,
            entry.ParameterCount,
            entry.FixedInput is { } only ? $"{only} x {only}" : $"{entry.SmallestInput()} x {entry.SmallestInput()} and more",
            entry.HasStemOption,
            entry.Description);
    }
}

using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>inspect</c>: what an ONNX file holds, without running it.</summary>
internal sealed class InspectCommand : Command, IHaveExamples
{
    private readonly Argument<string> _file = new("FILE") { Description = "An ONNX file." };
    private readonly Option<bool> _graph = new("--graph") { Description = "List every node, with types and attributes, and every constant with its size." };
    private readonly JsonFlag _json = new();

    public InspectCommand()
        : base("inspect", "Show what an ONNX file holds: signature, operators, parameters, metadata.")
    {
        Arguments.Add(_file);
        Options.Add(_graph);
        Options.Add(_json);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline inspect artifacts/lenet-bn/lenet-bn.onnx",
        "mlpipeline inspect model.onnx --graph",
        "mlpipeline inspect model.onnx --json",
    ];

    private int Run(ParseResult parsed)
    {
        var facts = ModelFacts.Read(parsed.GetRequiredValue(_file), parsed.GetValue(_graph));
        Terminal.Of(parsed, parsed.GetValue(_json)).Write(facts, console => Show(console, facts));
        return ExitCode.Ok;
    }

    private static void Show(IAnsiConsole console, GraphListing graph)
    {
        console.Write(Tables.Rows([">#", "Name", "Node"], graph.Nodes.Select((node, at) => (IReadOnlyList<string>)[$"{at + 1}", node.Name, node.Text])));
        console.Write(Tables.Rows(
            ["Constant", "Type", ">Size"],
            graph.Initializers.Select(constant => (IReadOnlyList<string>)[constant.Name, constant.Type, Figures.Bytes(constant.Bytes)])));
    }

    private static void Show(IAnsiConsole console, ModelFacts facts)
    {
        console.Write(Tables.Facts(
            ("File", $"{facts.File} ({Figures.Bytes(facts.Bytes)})"),
            ("Format", $"opset {facts.Opset}, IR version {facts.IrVersion}, written by {facts.Producer}"),
            ("Inputs", string.Join('\n', facts.Inputs.Select(value => value.ToString()))),
            ("Outputs", string.Join('\n', facts.Outputs.Select(value => value.ToString()))),
            ("Parameters", Figures.Count(facts.Parameters)),
            ("Nodes", $"{facts.Nodes}, of them BatchNormalization {facts.BatchNormalizationNodes}"),
            ("Operators", string.Join(", ", facts.Operators.Select(op => $"{op.Key} {op.Value}")))));
        if (facts.Metadata.Count > 0)
            console.Write(Tables.Facts([.. facts.Metadata.Select(entry => (entry.Key, entry.Value))]));
        if (facts.Graph is not null)
            Show(console, facts.Graph);
    }
}

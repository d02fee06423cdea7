using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Onnx.Drawing;
using MLPipeline.Onnx.Serialization;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>graph</c>: a picture of an ONNX file.</summary>
internal sealed class GraphCommand : Command, IHaveExamples
{
    private readonly Argument<string> _file = new("FILE") { Description = "An ONNX file." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The SVG file to write [default: FILE with .svg].", HelpName = "FILE" };
    private readonly JsonFlag _json = new();

    public GraphCommand()
        : base("graph", "Draw an ONNX file as a picture (SVG): operators, shapes, and what leads where.")
    {
        Arguments.Add(_file);
        Options.Add(_output);
        Options.Add(_json);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline graph artifacts/lenet-bn/lenet-bn.onnx",
        "mlpipeline graph model.onnx --output picture.svg",
    ];

    private int Run(ParseResult parsed)
    {
        var file = parsed.GetRequiredValue(_file);
        var picture = parsed.GetValue(_output) ?? Path.ChangeExtension(file, ".svg");
        var model = OnnxSerializer.Load(file);
        WholeFile.WriteText(picture, GraphPicture.Draw(model, Path.GetFileName(file)));
        Terminal.Of(parsed, parsed.GetValue(_json)).Write(
            new { File = file, Picture = picture, Nodes = model.Graph.Nodes.Count },
            console => console.WriteLine($"{picture}: {Figures.Many(model.Graph.Nodes.Count, "node")}"));
        return ExitCode.Ok;
    }
}

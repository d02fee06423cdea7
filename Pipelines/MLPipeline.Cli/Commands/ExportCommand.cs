using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Export;
using MLPipeline.Training.Checkpoints;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>export</c>: a checkpoint becomes a verified ONNX file.</summary>
internal sealed class ExportCommand : Command, IHaveExamples
{
    private readonly Argument<string> _checkpoint = new("CHECKPOINT") { Description = "A checkpoint that 'train' or 'run' has left." };
    private readonly Option<string?> _output = new("--output")
    {
        Description = "The file to write [default: NAME.onnx beside the checkpoint].",
        HelpName = "FILE",
    };

    private readonly Option<int?> _opset = Ranged.Between(
        "--opset", "N", "Version of ONNX's operator set, 13 to 21 [default: 17].", OnnxExportOptions.LowestOpset, OnnxExportOptions.HighestOpset);

    private readonly Option<bool> _noFold = new("--no-fold") { Description = "Leave batch norms as they are instead of folding them into weights." };
    private readonly Option<bool> _noHead = new("--no-head") { Description = "Leave out the second output, the probabilities." };
    private readonly Option<bool> _noPreprocessing = new("--no-preprocessing")
    {
        Description = "Take the network's own input instead of raw pixels, 0 to 255.",
    };

    private readonly JsonFlag _json = new();

    public ExportCommand()
        : base("export", "Turn a checkpoint into an ONNX file, verified in ONNX Runtime.")
    {
        Arguments.Add(_checkpoint);
        foreach (var option in new Option[] { _output, _opset, _noFold, _noHead, _noPreprocessing, _json })
            Options.Add(option);
        SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline export artifacts/lenet-bn/last.checkpoint",
        "mlpipeline export artifacts/lenet-bn/best.checkpoint --no-fold --opset 21 --output lenet.onnx",
    ];

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var checkpoint = Checkpoint.Load(parsed.GetRequiredValue(_checkpoint));
        var choice = NetworkChoice.Of(checkpoint);
        using var network = choice.Create(checkpoint.Recipe.Seed);
        checkpoint.RestoreWeights(network);
        if (checkpoint.Recalibration is null && network.named_buffers().Any(b => b.name.EndsWith("running_mean", StringComparison.Ordinal)))
            terminal.Say($"{checkpoint.Source}: its batch norms have not been measured anew with the final weights and may lag behind; the last.checkpoint of a finished run has that done.");
        var path = parsed.GetValue(_output) ?? Path.Combine(Path.GetDirectoryName(checkpoint.Source)!, $"{choice.Entry.Name}.onnx");
        var wishes = new ExportStage.Wishes(
            parsed.GetValue(_opset) ?? 17, !parsed.GetValue(_noFold), !parsed.GetValue(_noHead), !parsed.GetValue(_noPreprocessing));
        var report = ExportStage.Run(
            network, choice.Entry.Name, checkpoint.ImageShape, checkpoint.Recipe.Scaling!, checkpoint.ClassNames,
            TrainingFacts.Of(checkpoint), wishes, path, terminal, cancellation);
        terminal.Write(report, console => console.WriteLine(report.ToString()));
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Export;
using MLPipeline.Training.Checkpoints;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>export</c>: a checkpoint, or any module of the user's, becomes a verified ONNX file.</summary>
internal sealed class ExportCommand : Command, IHaveExamples
{
    private const int DefaultOpset = 17;
    private const string Half = "float16";

    private readonly Argument<string?> _checkpoint = new("CHECKPOINT")
    {
        Description = "A checkpoint that 'train' or 'run' has left; none with --assembly.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ModuleFlags _module = new();
    private readonly GraphFlags _graph = new();
    private readonly Option<string?> _output = new("--output")
    {
        Description = "The file to write [default: NAME.onnx beside the checkpoint, or here].",
        HelpName = "FILE",
    };

    private readonly Option<int?> _opset = Ranged.Between(
        "--opset", "N", "Version of ONNX's operator set, 13 to 21 [default: 17].", OnnxExportOptions.LowestOpset, OnnxExportOptions.HighestOpset);

    private readonly Option<string?> _precision = new("--precision") { Description = "What the file computes in; float16 halves it, and inputs and outputs stay float32 [default: the module's own]." };
    private readonly Option<bool> _noFold = new("--no-fold") { Description = "Leave batch norms as they are instead of folding them into weights." };
    private readonly Option<bool> _noHead = new("--no-head") { Description = "Of a checkpoint: leave out the second output, the probabilities." };
    private readonly Option<bool> _noPreprocessing = new("--no-preprocessing")
    {
        Description = "Of a checkpoint: take the network's own input instead of raw pixels, 0 to 255.",
    };

    private readonly JsonFlag _json = new();

    public ExportCommand()
        : base("export", "Turn a checkpoint, or any TorchSharp module of yours, into an ONNX file, verified in ONNX Runtime.")
    {
        Arguments.Add(_checkpoint);
        Ranged.AcceptOneOf(_precision, ["as-module", Half]);
        _module.AddTo(this);
        foreach (var option in new Option[] { _output, _opset, _precision, _noFold }.Concat(_graph.All).Concat([_noHead, _noPreprocessing, _json]))
            Options.Add(option);
        SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline export artifacts/lenet-bn/last.checkpoint",
        "mlpipeline export artifacts/lenet-bn/best.checkpoint --no-fold --opset 21 --output lenet.onnx",
        "mlpipeline export --assembly bin/Release/net10.0/My.dll --type My.Net --weights net.dat --input 1x3x224x224",
        "mlpipeline export --assembly My.dll --type My.Networks.Create --arg classes=10 --input image:1x3x32x32 --precision float16 --json",
        "mlpipeline export --assembly My.dll --input ids:int64:2x16:0..999 --dynamic ids.0=batch --dynamic ids.1=length",
    ];

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var report = _module.IsGiven(parsed) ? ExportModule(parsed, terminal, cancellation) : ExportCheckpoint(parsed, terminal, cancellation);
        terminal.Write(report, console => console.WriteLine(report.ToString()));
        return ExitCode.Ok;
    }

    private ExportReport ExportModule(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        Refuse(parsed, "--assembly", _checkpoint, _noHead, _noPreprocessing);
        using var module = _module.Make(parsed, terminal);
        var options = _graph.OptionsFor(module, parsed) with
        {
            Opset = parsed.GetValue(_opset) ?? DefaultOpset,
            Precision = Precision(parsed),
            FoldBatchNormalization = !parsed.GetValue(_noFold),
        };
        var path = parsed.GetValue(_output) ?? $"{module.Name}.onnx";
        return ModuleStage.With(module, examples => OnnxExporter.Export(module.Module, examples, path, options, terminal, cancellation));
    }

    private ExportReport ExportCheckpoint(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        Refuse(parsed, "a CHECKPOINT", [.. _graph.All]);
        var file = parsed.GetValue(_checkpoint) ?? throw new UsageException("name a CHECKPOINT, or a module of yours with --assembly DLL.");
        var checkpoint = Checkpoint.Load(file);
        var choice = NetworkChoice.Of(checkpoint);
        using var network = choice.Create(checkpoint.Recipe.Seed);
        checkpoint.RestoreWeights(network);
        if (checkpoint.Recalibration is null && network.named_buffers().Any(b => b.name.EndsWith("running_mean", StringComparison.Ordinal)))
            terminal.Say($"{checkpoint.Source}: its batch norms have not been measured anew with the final weights and may lag behind; the last.checkpoint of a finished run has that done.");
        var path = parsed.GetValue(_output) ?? Path.Combine(Path.GetDirectoryName(checkpoint.Source)!, $"{choice.Entry.Name}.onnx");
        var wishes = new ExportStage.Wishes(
            parsed.GetValue(_opset) ?? DefaultOpset, !parsed.GetValue(_noFold), !parsed.GetValue(_noHead), !parsed.GetValue(_noPreprocessing), Precision(parsed));
        return ExportStage.Run(
            network, choice.Entry.Name, checkpoint.ImageShape, checkpoint.Recipe.Scaling!, checkpoint.ClassNames,
            TrainingFacts.Of(checkpoint), wishes, path, terminal, cancellation);
    }

    private ExportPrecision Precision(ParseResult parsed) =>
        Half.Equals(parsed.GetValue(_precision), StringComparison.OrdinalIgnoreCase) ? ExportPrecision.Float16 : ExportPrecision.AsModule;

    private static void Refuse(ParseResult parsed, string with, params Symbol[] symbols)
    {
        if (symbols.FirstOrDefault(symbol => parsed.GetResult(symbol) is { Tokens.Count: > 0 } or System.CommandLine.Parsing.OptionResult { Implicit: false }) is { } stray)
            throw new UsageException($"{stray.Name} does not go with {with}.");
    }
}

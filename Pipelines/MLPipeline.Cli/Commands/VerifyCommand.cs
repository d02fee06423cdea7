using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Export;
using MLPipeline.Inference;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>verify</c>: does an ONNX file give a module's numbers, or those of test data?</summary>
internal sealed class VerifyCommand : Command, IHaveExamples
{
    private readonly Argument<string> _file = new("FILE") { Description = "An ONNX file." };
    private readonly ModuleFlags _module = new();
    private readonly Option<string?> _data = new("--data")
    {
        Description = "A folder with input_0.pb, output_0.pb ..., or with folders test_data_set_0 ...: ONNX's test data.",
        HelpName = "DIR",
    };

    private readonly Option<double?> _absolute = Ranged.AboveZero("--absolute", "X", "Error allowed at every element [default: 1e-5].");
    private readonly Option<double?> _relative = Ranged.AboveZero("--relative", "X", "Error allowed besides, as a share of an output's largest value [default: 1e-4].");
    private readonly JsonFlag _json = new();

    public VerifyCommand()
        : base("verify", "Compare an ONNX file in ONNX Runtime, its optimisations off and on, with a TorchSharp module or with test data.")
    {
        Arguments.Add(_file);
        _module.AddTo(this);
        foreach (var option in new Option[] { _data, _absolute, _relative, _json })
            Options.Add(option);
        SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline verify net.onnx --assembly My.dll --type My.Net --weights net.dat --input 1x3x224x224",
        "mlpipeline verify net.onnx --data test_data --relative 1e-3 --json",
    ];

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var file = parsed.GetRequiredValue(_file);
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no model file '{file}'.", file);
        var tolerance = new Tolerance(parsed.GetValue(_absolute) ?? Tolerance.Default.Absolute, parsed.GetValue(_relative) ?? Tolerance.Default.Relative);
        var runs = (_module.IsGiven(parsed), parsed.GetValue(_data)) switch
        {
            (true, null) => AgainstModule(file, tolerance, parsed, terminal, cancellation),
            (false, { } folder) => OnnxVerifier.AgainstTestData(file, folder, tolerance, cancellation),
            (true, _) => throw new UsageException("say --assembly or --data, not both."),
            _ => throw new UsageException("say what to compare with: a module of yours with --assembly DLL, or test data with --data DIR."),
        };
        terminal.Write(new { File = file, Tolerance = tolerance, Runs = runs }, console => Show(console, file, tolerance, runs));
        return ExitCode.Ok;
    }

    private IReadOnlyList<VerifiedRun> AgainstModule(string file, Tolerance tolerance, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        using var module = _module.Make(parsed, terminal);
        var options = new OnnxExportOptions { Tolerance = tolerance, Preprocessing = PreprocessingOf(file) };
        return ModuleStage.With(module, examples => OnnxVerifier.AgainstModule(file, module.Module, examples, options, terminal, cancellation));
    }

    private static Preprocessing? PreprocessingOf(string file)
    {
        using var model = OnnxModel.Load(file);
        return ModelMetadata.ReadPreprocessing(model.Metadata, file);
    }

    private static void Show(IAnsiConsole console, string file, Tolerance tolerance, IReadOnlyList<VerifiedRun> runs)
    {
        console.Write(Tables.Rows(
            ["Lengths", "Graph optimisations", ">Largest error", ">Relative"],
            runs.Select(run => (IReadOnlyList<string>)
            [
                run.Lengths.Count == 0 ? "as given" : string.Join(", ", run.Lengths.Select(length => $"{length.Key} {length.Value}")),
                run.GraphOptimizations ? "on" : "off", Figures.Difference(run.MaxAbsoluteError), Figures.Difference(run.MaxRelativeError),
            ])));
        console.WriteLine($"{file} gives the same numbers, within {tolerance}.");
    }
}

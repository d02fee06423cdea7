using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Training.Datasets;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>evaluate</c>: an ONNX file on the test images, in ONNX Runtime and in ML.NET.</summary>
internal sealed class EvaluateCommand : Command, IHaveExamples
{
    private readonly ModelFileFlag _model = new();
    private readonly DataFlags _data = new();
    private readonly DeviceFlag _device = new();
    private readonly JsonFlag _json = new();

    public EvaluateCommand()
        : base("evaluate", "Score the test images with an ONNX file, in ONNX Runtime and in ML.NET.")
    {
        Options.Add(_model);
        _data.AddTo(this, training: false);
        Options.Add(_device);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline evaluate",
        "mlpipeline evaluate --model somewhere/model.onnx --test-count 1000 --json",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var path = _model.PathOf(parsed);
        var provider = _device.Provider(parsed);
        using var data = await _data.LoadAsync(parsed, terminal, cancellation).ConfigureAwait(false);
        var onnx = OnnxScoring.Run(path, data.Test, provider, terminal.Say, TimeProvider.System, cancellation);
        var mlNet = MLNetScoring.Run(path, data.Test, provider, TimeProvider.System, cancellation);
        var agree = onnx.Labels.SequenceEqual(mlNet.Labels);
        terminal.Write(
            new { Model = path, Dataset = data.Name, TestCount = data.Test.Count, OnnxRuntime = onnx.Figures, MlNet = mlNet.Figures, LabelsAgree = agree },
            console => Show(console, data, agree, onnx, mlNet));
        return ExitCode.Ok;
    }

    private static void Show(IAnsiConsole console, ImageSplit data, bool agree, params IReadOnlyList<EngineResult> engines)
    {
        console.Write(Tables.Rows(
            ["Engine", ">Accuracy", ">Macro accuracy", ">Log-loss", ">Top 3", ">Images/s"],
            engines.Select(engine => engine.Figures).Select(figures => (IReadOnlyList<string>)
            [
                figures.Name, Figures.Percent(figures.Accuracy), Figures.Percent(figures.MacroAccuracy), $"{figures.LogLoss:0.0000}",
                Figures.Percent(figures.TopThree), Figures.Count((long)figures.ImagesPerSecond),
            ])));
        console.WriteLine(agree
            ? $"Both give all {Figures.Many(data.Test.Count, "test image")} the same label."
            : "They give some test images different labels.");
    }
}

using MLPipeline.Cli.Checks;
using MLPipeline.Cli.Images;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Export;
using MLPipeline.Training;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Cli.Reports;

/// <summary>Gathers what a run has to tell.</summary>
internal static class ReportContent
{
    private const int Mistakes = 32;

    /// <summary>The content of <c>report.html</c>.</summary>
    public static RunReport Of(
        TrainedNetwork trained, ImageSplit data, ExportReport export, ScoredBy engines, IReadOnlyList<StageTime> stages, DateTimeOffset finished)
    {
        return new RunReport
        {
            Model = trained.Choice.Entry.Name,
            Finished = finished,
            Data = new DataFacts(data.Name, data.Origin, data.Train.Count, data.Test.Count, data.Test.ClassNames),
            Engines = [engines.Torch.Figures, engines.OnnxRuntime.Figures, engines.MLNet.Figures],
            Agreement = engines.Agreement,
            Recalibration = trained.Result.Recalibration,
            Epochs = [.. trained.Result.History.Select(e => new EpochFigures(e.Epoch, e.TrainLoss, e.TrainAccuracy, e.TestLoss, e.TestAccuracy))],
            Confusion = Confusion(engines),
            Mistakes = Worst(engines, data.Test),
            Export = export,
            Recipe = Recipe(trained),
            Environment = Environment(trained, engines),
            Stages = stages,
        };
    }

    private static IReadOnlyList<IReadOnlyList<long>> Confusion(ScoredBy engines)
    {
        var matrix = engines.OnnxRuntime.Metrics!.Confusion;
        var classes = Enumerable.Range(0, matrix.Classes);
        return [.. classes.Select(actual => (IReadOnlyList<long>)[.. classes.Select(predicted => (long)matrix[actual, predicted])])];
    }

    private static IReadOnlyList<Mistake> Worst(ScoredBy engines, ImageDataset data)
    {
        var names = data.ClassNames;
        var size = data.Channels * data.Height * data.Width;
        var pixels = data.Images.data<byte>().ToArray();
        return
        [
            .. engines.OnnxRuntime.Metrics!.WorstMistakes(Mistakes).Select(mistake => new Mistake(
                mistake.Row,
                new Picture(pixels.AsSpan(mistake.Row * size, size).ToArray(), data.Channels, data.Height, data.Width).ToPng(),
                names[mistake.Actual],
                names[mistake.Predicted],
                engines.OnnxRuntime.Probabilities![(mistake.Row * names.Count) + mistake.Predicted])),
        ];
    }

    private static IReadOnlyList<(string Name, string Fact)> Recipe(TrainedNetwork trained)
    {
        var recipe = trained.Recipe;
        return
        [
            ("Network", trained.Choice.Entry.HasStemOption ? $"{trained.Choice.Entry.Name}, {trained.Choice.Stem} stem" : trained.Choice.Entry.Name),
            ("Epochs", $"{recipe.Epochs}, batch {recipe.BatchSize}"),
            ("Optimizer", recipe.WeightDecay == 0 ? recipe.Optimizer : $"{recipe.Optimizer}, weight decay {recipe.WeightDecay}"),
            ("Learning rate", $"{recipe.LearningRate}, schedule {recipe.Schedule}"),
            ("Pixels", Pixels(recipe.Scaling!)),
            ("Seed", recipe.Seed.ToString()),
            ("Batch norm", trained.Result.Recalibration is { } record
                ? $"{record.Layers} layers measured anew over {record.Images:N0} images"
                : "none measured anew"),
        ];
    }

    private static IReadOnlyList<(string Name, string Fact)> Environment(TrainedNetwork trained, ScoredBy engines) =>
    [
        ("Trained on", DeviceChoice.Parse(trained.Recipe.Device).ToString()),
        ("Processor", Software.Processor),
        ("System", Software.System),
        ("Runtime", Software.Runtime),
        ("TorchSharp", $"{Software.TorchSharp}, {Figures.Many(TorchSharp.torch.get_num_threads(), "thread")}"),
        ("Engines", string.Join(", ", new[] { engines.OnnxRuntime, engines.MLNet }.Select(engine => engine.Figures.Name))),
    ];

    private static string Pixels(PixelScaling scaling) => scaling.Mean.All(mean => mean == 0) && scaling.Std.All(std => std == 1)
        ? $"pixel × {scaling.Scale:0.######}"
        : $"(pixel × {scaling.Scale:0.######} − {List(scaling.Mean)}) / {List(scaling.Std)}";

    private static string List(IReadOnlyList<double> values) => string.Join(" ", values.Distinct().Select(value => $"{value:0.####}"));
}

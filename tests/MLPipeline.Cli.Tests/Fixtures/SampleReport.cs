using MLPipeline.Cli.Images;
using MLPipeline.Cli.Reports;
using MLPipeline.Export;
using MLPipeline.Training;

namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>A report with every part filled in, and with names that HTML would trip over.</summary>
internal static class SampleReport
{
    public static IReadOnlyList<string> Names { get; } = ["T-shirt/top", "Trouser", "<b>Dress</b>", "Coat & hat"];

    public static RunReport Create() => new()
    {
        Model = "lenet-bn",
        Finished = new DateTimeOffset(2026, 3, 4, 5, 6, 0, TimeSpan.Zero),
        Data = new DataFacts("Fashion-MNIST", "the embedded sample", 6000, 1000, Names),
        Engines =
        [
            new("TorchSharp 0.107.0", 0.8961, 0.896, 0.2887, 0.9921, 31_234.5),
            new("ONNX Runtime 1.31.1", 0.8961, 0.896, 0.2887, 0.9921, 98_765.4),
            new("ML.NET 5.0.1", 0.8961, 0.896, 0.2887, 0.9921, 57_001),
        ],
        Agreement = new Agreement(1000, 1000, 1.9e-6),
        Recalibration = new RecalibrationRecord(4, 6000, 4, IsExact: true, new Evaluation(1000, 0.8444, 0.41), new Evaluation(1000, 0.8961, 0.2887)),
        Epochs = [.. Enumerable.Range(1, 5).Select(e => new EpochFigures(e, 0.9 / e, 0.6 + (0.06 * e), 0.8 / e, 0.62 + (0.055 * e)))],
        Confusion = [[210, 3, 30, 7], [1, 240, 6, 3], [22, 2, 199, 27], [2, 0, 38, 210]],
        Mistakes = [.. Enumerable.Range(0, 8).Select(i => new Mistake(i, Shade(i), Names[i % 4], Names[(i + 1) % 4], 0.99 - (0.01 * i)))],
        Export = Exported,
        Recipe = [("Optimizer", "adam, rate 0.01, linear"), ("Epochs", "5")],
        Environment = [("System", "Debian 12"), ("Processor", "2 threads")],
        Stages = [new("data", 0.4), new("training", 21.5), new("export", 1.1), new("scoring", 0.8), new("report", 0.2)],
    };

    private static ExportReport Exported => new()
    {
        Path = "/somewhere/lenet-bn.onnx",
        Files = ["/somewhere/lenet-bn.onnx"],
        Bytes = 178_432,
        Opset = 17,
        Inputs = ["input: float[batch,1,28,28]"],
        Outputs = ["logits: float[batch,10]", "probabilities: float[batch,10]"],
        NodesBefore = 17,
        NodesAfter = 14,
        Operators = new Dictionary<string, int> { ["Conv"] = 2, ["Gemm"] = 3, ["Sigmoid"] = 4, ["MaxPool"] = 2 },
        Parameters = 44_426,
        FoldedBatchNormalizations = 4,
        KeptBatchNormalizations = [new("BatchNormalization 'norm0' (features.norm0)", "its input has a second reader")],
        Verification =
        [
            .. from batch in new[] { 1, 2, 7 }
               from optimized in new[] { false, true }
               select new VerifiedRun(batch, optimized, batch * 1e-6, 1e-6),
        ],
        Tolerance = Tolerance.Default,
        Seconds = new ExportTimings(0.4, 0.1, 0.1, 0.5),
    };

    private static byte[] Shade(int level) =>
        new Picture([.. Enumerable.Range(0, 28 * 28).Select(i => (byte)((i * 3) + (level * 20)))], 1, 28, 28).ToPng();
}

namespace MLPipeline.Cli.Stages;

/// <summary>What a run came to: the last line of <c>run --json</c>, and <c>result.json</c>.</summary>
internal sealed record RunOutcome
{
    /// <summary>The network's name.</summary>
    public required string Model { get; init; }

    /// <summary>The data set's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Images trained on.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Images tested on.</summary>
    public required int TestCount { get; init; }

    /// <summary>Share of the test images that are right, 0 to 1.</summary>
    public required PerEngine Accuracy { get; init; }

    /// <summary>Test accuracy in TorchSharp before the batch norms were measured anew; null without batch norm.</summary>
    public required double? AccuracyBeforeRecalibration { get; init; }

    /// <summary>The mean of the classes' accuracies.</summary>
    public required PerEngine MacroAccuracy { get; init; }

    /// <summary>Mean of -ln of the true class's probability.</summary>
    public required PerEngine LogLoss { get; init; }

    /// <summary>Whether all three engines give every test image the same label.</summary>
    public required bool LabelsAgree { get; init; }

    /// <summary>The largest difference of a logit between TorchSharp and ONNX Runtime.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>BatchNormalization nodes left in the file.</summary>
    public required int BatchNormalizationNodes { get; init; }

    /// <summary>Numbers in the file.</summary>
    public required long Parameters { get; init; }

    /// <summary>From the data to the report.</summary>
    public required double Seconds { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The report.</summary>
    public required string ReportPath { get; init; }

    /// <summary>One figure of each engine.</summary>
    /// <param name="Torch">TorchSharp.</param>
    /// <param name="OnnxRuntime">ONNX Runtime.</param>
    /// <param name="MlNet">ML.NET.</param>
    internal sealed record PerEngine(double Torch, double OnnxRuntime, double MlNet);
}

using MLPipeline.Export;
using MLPipeline.Training;

namespace MLPipeline.Cli.Reports;

/// <summary>All that <c>report.html</c> tells about one run.</summary>
internal sealed record RunReport
{
    /// <summary>The network's name.</summary>
    public required string Model { get; init; }

    /// <summary>When the run ended.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>The data, and where they were found.</summary>
    public required DataFacts Data { get; init; }

    /// <summary>TorchSharp, ONNX Runtime and ML.NET, in this order.</summary>
    public required IReadOnlyList<EngineFigures> Engines { get; init; }

    /// <summary>How the three compare.</summary>
    public required Agreement Agreement { get; init; }

    /// <summary>How the batch norms' statistics were measured anew, with the test results before and after; null for a network without batch norm.</summary>
    public required RecalibrationRecord? Recalibration { get; init; }

    /// <summary>One entry an epoch.</summary>
    public required IReadOnlyList<EpochFigures> Epochs { get; init; }

    /// <summary>Test images by true class (row) and predicted class (column).</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Confusion { get; init; }

    /// <summary>The mistakes it was surest of.</summary>
    public required IReadOnlyList<Mistake> Mistakes { get; init; }

    /// <summary>What the exporter did.</summary>
    public required ExportReport Export { get; init; }

    /// <summary>How it was trained.</summary>
    public required IReadOnlyList<(string Name, string Fact)> Recipe { get; init; }

    /// <summary>What it ran on.</summary>
    public required IReadOnlyList<(string Name, string Fact)> Environment { get; init; }

    /// <summary>Where the time went.</summary>
    public required IReadOnlyList<StageTime> Stages { get; init; }
}

/// <summary>The data of a run.</summary>
/// <param name="Name">For example <c>Fashion-MNIST</c>.</param>
/// <param name="Origin">Where it was found.</param>
/// <param name="TrainCount">Images trained on.</param>
/// <param name="TestCount">Images measured on.</param>
/// <param name="ClassNames">In the order of the labels.</param>
internal sealed record DataFacts(string Name, string Origin, int TrainCount, int TestCount, IReadOnlyList<string> ClassNames);

/// <summary>What one engine reached on the test images.</summary>
/// <param name="Name">The engine, with its version.</param>
/// <param name="Accuracy">Share of images whose most probable class is the true one.</param>
/// <param name="MacroAccuracy">The same for each class, then averaged.</param>
/// <param name="LogLoss">Mean of -ln of the true class's probability.</param>
/// <param name="TopThree">Share of images whose true class is among the three most probable.</param>
/// <param name="ImagesPerSecond">All test images over the time it took to score them.</param>
internal sealed record EngineFigures(
    string Name, double Accuracy, double MacroAccuracy, double LogLoss, double TopThree, double ImagesPerSecond);

/// <summary>How the engines compare on the test images.</summary>
/// <param name="Images">Compared.</param>
/// <param name="SameLabel">Images to which all engines give one label.</param>
/// <param name="MaxAbsoluteDifference">The largest difference of a logit between TorchSharp and ONNX Runtime.</param>
internal sealed record Agreement(int Images, int SameLabel, double MaxAbsoluteDifference)
{
    /// <summary>Whether all engines agree on every image.</summary>
    public bool Complete => SameLabel == Images;
}

/// <summary>One epoch of the learning curve.</summary>
internal sealed record EpochFigures(int Epoch, double TrainLoss, double TrainAccuracy, double TestLoss, double TestAccuracy);

/// <summary>A test image given the wrong class.</summary>
/// <param name="Index">Its place in the test set.</param>
/// <param name="Png">The picture.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Predicted">What was said.</param>
/// <param name="Probability">How sure of that, 0 to 1.</param>
internal sealed record Mistake(int Index, byte[] Png, string Truth, string Predicted, double Probability);

/// <summary>A stage and the seconds it took.</summary>
internal sealed record StageTime(string Name, double Seconds);

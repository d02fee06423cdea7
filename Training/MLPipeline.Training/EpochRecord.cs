namespace MLPipeline.Training;

/// <summary>What an epoch came to: a line of <c>metrics.jsonl</c>, a point of the learning curve.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Mean cross-entropy over the epoch's images, each with the weights of its step.</param>
/// <param name="TrainAccuracy">Share of the epoch's images that were right, each with the weights of its step.</param>
/// <param name="TestLoss">Mean cross-entropy over the test images, with the weights at the epoch's end.</param>
/// <param name="TestAccuracy">Share of the test images that are right.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="Seconds">Training time of the epoch, without the test.</param>
/// <param name="ImagesPerSecond">In training.</param>
public sealed record EpochRecord(
    int Epoch, double TrainLoss, double TrainAccuracy, double TestLoss, double TestAccuracy, double LearningRate, double Seconds, double ImagesPerSecond);

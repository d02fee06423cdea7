using System.Text.Json.Serialization;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Optimizers;
using MLPipeline.Training.Schedules;

namespace MLPipeline.Training;

/// <summary>The recipe of a run, and where it takes place. The recipe is what a checkpoint carries along.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training images: 1 or more. Default: 5.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Images per step: 2 or more. Default: 256. The images are spread evenly, so a step may take a few more (<see cref="BatchPlan"/>).</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The rate that the schedule starts from: above 0. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>A name of <see cref="LearningRateSchedule.All"/>. Default: <c>linear</c>.</summary>
    public string Schedule { get; init; } = "linear";

    /// <summary>A name of <see cref="OptimizerChoice.All"/>. Default: <c>adam</c>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>0 or more. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Decides the order of the images, and what dropout draws. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How pixels become the network's input. Default: 0 to 255 becomes 0 to 1.</summary>
    public PixelScaling? Scaling { get; init; }

    /// <summary>Whether the batch-norm statistics are measured anew with the final weights (<see cref="BatchNormRecalibration"/>). Default: yes.</summary>
    public bool Recalibrate { get; init; } = true;

    /// <summary>The network's name in the catalogue, for the checkpoint. Default: none.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>What the catalogue needs to build the network again, for the checkpoint: opaque here. Default: none.</summary>
    public IReadOnlyDictionary<string, string> ModelOptions { get; init; } = new Dictionary<string, string>();

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>auto</c>. Default: <c>auto</c>.</summary>
    [JsonIgnore]
    public string Device { get; init; } = "auto";

    /// <summary>Gets checkpoints and metrics; made if absent. Default: none, nothing is written.</summary>
    [JsonIgnore]
    public string? OutputFolder { get; init; }

    /// <summary>A checkpoint to go on from. Default: none.</summary>
    [JsonIgnore]
    public string? ResumeFrom { get; init; }

    /// <summary>The default recipe for a data set: on the small embedded sample, smaller batches and more epochs.</summary>
    public static TrainerOptions DefaultFor(ImageSplit data) =>
        data.IsSample ? new() { BatchSize = 64, Epochs = 20 } : new();

    /// <summary>Checks every value against its legal range.</summary>
    /// <returns>The same options, the scaling filled in.</returns>
    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal TrainerOptions Validated(ImageDataset train)
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Require(BatchSize >= 2, nameof(BatchSize), BatchSize, "2 or more: batch normalisation needs a batch");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "above 0");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "0 or more");
        Require(train.Count >= 2, nameof(train), train.Count, "2 images or more");
        LearningRateSchedule.Find(Schedule);
        OptimizerChoice.Find(Optimizer);
        var scaling = Scaling ?? PixelScaling.ZeroToOne(train.Channels);
        Require(scaling.Mean.Count == train.Channels, nameof(Scaling), scaling.Mean.Count, $"one mean per channel: {train.Channels}");
        Require(scaling.Std.Count == train.Channels, nameof(Scaling), scaling.Std.Count, $"one deviation per channel: {train.Channels}");
        Require(scaling.Std.All(s => double.IsFinite(s) && s > 0), nameof(Scaling), string.Join(' ', scaling.Std), "deviations above 0");
        Require(double.IsFinite(scaling.Scale) && scaling.Scale != 0, nameof(Scaling), scaling.Scale, "a finite scale other than 0");
        Require(scaling.Mean.All(double.IsFinite), nameof(Scaling), string.Join(' ', scaling.Mean), "finite means");
        return this with { Scaling = scaling };
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentException($"{name} is {value}; it must be {range}.", name);
    }
}

using System.Text.Json.Nodes;
using MLPipeline.Training;
using MLPipeline.Training.Checkpoints;

namespace MLPipeline.Cli.Stages;

/// <summary>What an exported file tells of its training.</summary>
internal static class TrainingFacts
{
    /// <summary>Of a run just ended.</summary>
    public static JsonObject Of(TrainerOptions recipe, string dataset, int trainCount, double? testAccuracy) => new()
    {
        ["dataset"] = dataset,
        ["trainCount"] = trainCount,
        ["epochs"] = recipe.Epochs,
        ["batchSize"] = recipe.BatchSize,
        ["optimizer"] = recipe.Optimizer,
        ["learningRate"] = recipe.LearningRate,
        ["schedule"] = recipe.Schedule,
        ["seed"] = recipe.Seed,
        ["testAccuracy"] = testAccuracy,
    };

    /// <summary>Of a checkpoint: of the epochs that it has behind it.</summary>
    public static JsonObject Of(Checkpoint checkpoint) => Of(
        checkpoint.Recipe with { Epochs = checkpoint.History.Count }, checkpoint.DataName, checkpoint.TrainCount, TestAccuracy(checkpoint));

    // Steps of an epoch under way have changed the weights since the last test.
    private static double? TestAccuracy(Checkpoint checkpoint) => checkpoint.Recalibration?.After.Accuracy
        ?? (checkpoint.Position.Step == 0 && checkpoint.History is [.., var last] ? last.TestAccuracy : null);
}

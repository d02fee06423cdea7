namespace MLPipeline.Training.Checkpoints;

/// <summary>Whether a run may go on from a checkpoint.</summary>
internal static class Recipe
{
    /// <summary>Refuses a checkpoint of another recipe: going on with it would be neither run.</summary>
    /// <exception cref="CheckpointException">The message names the first difference.</exception>
    public static void RequireSame(Checkpoint checkpoint, TrainerOptions wanted, int trainCount)
    {
        var was = checkpoint.Recipe;
        (string Name, object Was, object Wanted)[] facts =
        [
            ("model", was.ModelName, wanted.ModelName),
            ("epochs", was.Epochs, wanted.Epochs),
            ("batch size", was.BatchSize, wanted.BatchSize),
            ("learning rate", was.LearningRate, wanted.LearningRate),
            ("schedule", was.Schedule, wanted.Schedule),
            ("optimizer", was.Optimizer, wanted.Optimizer),
            ("weight decay", was.WeightDecay, wanted.WeightDecay),
            ("seed", was.Seed, wanted.Seed),
            ("pixel scaling", Text(was), Text(wanted)),
            ("training images", checkpoint.TrainCount, trainCount),
        ];
        if (Array.Find(facts, fact => !fact.Was.Equals(fact.Wanted)) is { Name: not null } fact)
            throw new CheckpointException(checkpoint.Source,
                $"its {fact.Name}: {fact.Was}; this run's: {fact.Wanted}. A run goes on only as it began: leave the option out, or start a new run.");
    }

    private static string Text(TrainerOptions options) =>
        options.Scaling is { } s ? $"{s.Scale:R} - [{string.Join(' ', s.Mean)}] / [{string.Join(' ', s.Std)}]" : "none";
}

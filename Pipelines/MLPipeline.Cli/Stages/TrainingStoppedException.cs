namespace MLPipeline.Cli.Stages;

/// <summary>Training was stopped by Ctrl-C; the message says how to go on.</summary>
internal sealed class TrainingStoppedException : OperationCanceledException
{
    /// <summary>Names the checkpoint, if there is one.</summary>
    public TrainingStoppedException(string? checkpoint)
        : base(checkpoint is null
            ? "stopped; nothing was saved."
            : $"stopped and saved. To go on: add --resume {checkpoint}")
    {
    }
}

namespace MLPipeline.Training.Checkpoints;

/// <summary>A checkpoint that cannot be used: the message says which, why, and what to do.</summary>
public sealed class CheckpointException : IOException
{
    /// <summary>The error of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong, and what to do.</param>
    /// <param name="innerException">The cause, when another exception tells more.</param>
    public CheckpointException(string path, string problem, Exception? innerException = null)
        : base($"Checkpoint '{path}': {problem}", innerException) => CheckpointPath = path;

    /// <summary>The file.</summary>
    public string CheckpointPath { get; }
}

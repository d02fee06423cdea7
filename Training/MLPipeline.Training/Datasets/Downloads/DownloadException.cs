namespace MLPipeline.Training.Datasets.Downloads;

/// <summary>A mirror, or at last every mirror, did not deliver.</summary>
internal sealed class DownloadException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether there was nobody to talk to. Without a network that is as it should be, and not worth a line for each mirror.</summary>
    public bool IsUnreachable { get; init; }
}

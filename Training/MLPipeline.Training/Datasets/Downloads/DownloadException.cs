namespace MLPipeline.Training.Datasets.Downloads;

/// <summary>A mirror, or at last every mirror, did not deliver.</summary>
internal sealed class DownloadException(string message, Exception? innerException = null) : Exception(message, innerException);

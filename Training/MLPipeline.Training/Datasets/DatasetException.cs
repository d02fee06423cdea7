namespace MLPipeline.Training.Datasets;

/// <summary>Data that cannot be used: the message says which file, what is wrong and where, and what to do.</summary>
public sealed class DatasetException : IOException
{
    /// <summary>An error in one file or folder.</summary>
    /// <param name="source">The file or folder.</param>
    /// <param name="problem">What was found, and what to do.</param>
    /// <param name="offset">Where in the uncompressed content, in bytes from its start, if the place is known.</param>
    /// <param name="innerException">The cause, when another exception tells more.</param>
    public DatasetException(string source, string problem, long? offset = null, Exception? innerException = null)
        : base($"{source}{(offset is { } place ? $", offset {place}" : "")}: {problem}", innerException)
    {
        DataSource = source;
        Offset = offset;
    }

    /// <summary>The file or folder.</summary>
    public string DataSource { get; }

    /// <summary>In bytes from the start of the uncompressed content, if the place is known.</summary>
    public long? Offset { get; }
}

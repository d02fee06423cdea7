namespace MLPipeline.Inference;

/// <summary>A model that cannot be used: the message says which, why, and what to do.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the error for one model.</summary>
    /// <param name="source">The model's path, or the name its bytes were given.</param>
    /// <param name="reason">What is wrong and what to do about it.</param>
    /// <param name="innerException">What ONNX Runtime or the file system said, if anything.</param>
    public ModelLoadException(string source, string reason, Exception? innerException = null)
        : base($"Cannot load the model '{source}': {reason}", innerException)
    {
        ModelSource = source;
        Reason = reason;
    }

    /// <summary>The model's path, or the name its bytes were given.</summary>
    public string ModelSource { get; }

    /// <summary>What is wrong and what to do about it, without the model's name.</summary>
    public string Reason { get; }
}

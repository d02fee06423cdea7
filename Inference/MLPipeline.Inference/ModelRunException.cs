using MLPipeline.Inference.Providers;

namespace MLPipeline.Inference;

/// <summary>ONNX Runtime accepted a model and its inputs but failed while running it.</summary>
public sealed class ModelRunException : Exception
{
    /// <summary>Creates the error for one run.</summary>
    /// <param name="source">The model's path, or the name its bytes were given.</param>
    /// <param name="innerException">What ONNX Runtime said.</param>
    public ModelRunException(string source, Exception innerException)
        : base($"Running the model '{source}' failed: {RuntimeMessage.Clean(innerException?.Message ?? "")}", innerException)
    {
        ModelSource = source;
    }

    /// <summary>The model's path, or the name its bytes were given.</summary>
    public string ModelSource { get; }
}

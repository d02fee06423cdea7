namespace MLPipeline.Models.Weights;

/// <summary>A safetensors file that can't be used: the message says which, what is wrong with it, and where.</summary>
public sealed class InvalidSafetensorsException : IOException
{
    /// <summary>The error of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong, and where.</param>
    /// <param name="innerException">The cause, when another exception tells more.</param>
    public InvalidSafetensorsException(string path, string problem, Exception? innerException = null)
        : base($"'{path}' is not a safetensors file that can be used: {problem}", innerException)
    {
    }
}

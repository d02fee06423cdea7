namespace MLPipeline.Onnx.Serialization;

/// <summary>The bytes are not an ONNX model that this library can read; the message names the file and what is wrong with it.</summary>
public sealed class InvalidOnnxFileException : IOException
{
    /// <summary>A file that cannot be read.</summary>
    /// <param name="source">The file's path, or where the bytes came from.</param>
    /// <param name="problem">What was found, and where in the file.</param>
    /// <param name="inner">The cause, when another exception tells more.</param>
    public InvalidOnnxFileException(string source, string problem, Exception? inner = null)
        : base($"{source} is not a readable ONNX model: {problem}", inner)
    {
    }
}

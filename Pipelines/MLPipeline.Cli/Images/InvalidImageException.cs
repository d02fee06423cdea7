namespace MLPipeline.Cli.Images;

/// <summary>A file that should hold a picture and does not.</summary>
internal sealed class InvalidImageException : IOException
{
    /// <summary>Names the file and the fault.</summary>
    public InvalidImageException(string path, string fault)
        : base($"'{path}' is not a picture that can be read: {fault}")
    {
    }
}

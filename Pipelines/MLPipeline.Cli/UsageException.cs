namespace MLPipeline.Cli;

/// <summary>A command line that parses and yet asks for what cannot be: the message says what to write instead.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>An error with its message.</summary>
    public UsageException(string message)
        : base(message)
    {
    }
}

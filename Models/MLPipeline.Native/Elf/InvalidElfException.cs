namespace MLPipeline.Native.Elf;

/// <summary>A file that is not a well-formed 64-bit little-endian ELF file. The message says what was read and where.</summary>
public sealed class InvalidElfException : FormatException
{
    internal InvalidElfException(string message)
        : base(message)
    {
    }
}

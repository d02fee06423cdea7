namespace MLPipeline.Export;

/// <summary>A converter can't express a call; the message says which argument and what to do instead. The export fails with it and the place of the call.</summary>
public class ConversionException : Exception
{
    /// <summary>An error with its message, which goes on after the operator and its place.</summary>
    public ConversionException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public ConversionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without a message.</summary>
    public ConversionException()
    {
    }
}

/// <summary>An operator reads a tensor that came from nowhere: what follows once the recorder has lost track of a value, and a fault of its own otherwise.</summary>
internal sealed class UnknownTensorException(string message) : ConversionException(message);

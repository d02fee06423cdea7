namespace MLPipeline.Export.Converters;

/// <summary>A converter can't express this call; the message says which argument and what to do instead.</summary>
internal sealed class ConversionException(string message) : Exception(message);

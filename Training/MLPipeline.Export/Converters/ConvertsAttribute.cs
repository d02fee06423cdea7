namespace MLPipeline.Export.Converters;

/// <summary>Marks a method that turns calls of a TorchSharp operator into ONNX nodes.</summary>
/// <param name="keys">The operators: <c>Tensor.add</c>, <c>functional.conv2d</c>, <c>LSTM.forward</c>. An in-place form (<c>add_</c>) comes with its plain one.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConvertsAttribute(params string[] keys) : Attribute
{
    /// <summary>The operators.</summary>
    public string[] Keys { get; } = keys;
}

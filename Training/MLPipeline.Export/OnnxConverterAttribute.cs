namespace MLPipeline.Export;

/// <summary>
/// Says how a module, or a method that takes and gives tensors, is written to an ONNX file: its call is recorded as one operator, what happens
/// inside is not looked at, and the named method writes the nodes. See <see cref="OnnxConverters"/> for code that can't carry an attribute.
/// </summary>
/// <param name="converter">
/// The name of a static method of the same class, public or not, that takes an <see cref="OnnxConversion"/> and returns the name of the result
/// (<see cref="string"/>), or the names of several.
/// </param>
/// <remarks>A class derived from a marked module is covered unless it overrides <c>forward</c>.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class OnnxConverterAttribute(string converter) : Attribute
{
    /// <summary>The name of the converting method.</summary>
    public string Converter { get; } = converter;
}

using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>TorchSharp's element types as ONNX's.</summary>
internal static class ElementTypeMap
{
    /// <summary>The ONNX type.</summary>
    /// <exception cref="ExportException">ONNX has no such type.</exception>
    public static ElementType Of(ScalarType type) => type switch
    {
        ScalarType.Byte => ElementType.UInt8,
        ScalarType.Int8 => ElementType.Int8,
        ScalarType.Int16 => ElementType.Int16,
        ScalarType.Int32 => ElementType.Int32,
        ScalarType.Int64 => ElementType.Int64,
        ScalarType.Float16 => ElementType.Float16,
        ScalarType.BFloat16 => ElementType.BFloat16,
        ScalarType.Float32 => ElementType.Float,
        ScalarType.Float64 => ElementType.Double,
        ScalarType.Bool => ElementType.Bool,
        _ => throw new ExportException($"Element type {type} has no counterpart in ONNX. Convert the tensor to a real type first."),
    };
}

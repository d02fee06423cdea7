namespace MLPipeline.Onnx.Graphs;

/// <summary>Facts about each <see cref="ElementType"/>: its width, its ONNX name, its .NET type.</summary>
public static class ElementTypes
{
    /// <summary>Bytes one element takes in a little-endian, row-major tensor.</summary>
    /// <exception cref="NotSupportedException">The type has no fixed width (text) or is not one of ours.</exception>
    public static int SizeInBytes(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 => 8,
        _ => throw new NotSupportedException($"Element type {type} has no fixed width; constant tensors hold numbers or booleans."),
    };

    /// <summary>True for the four floating-point types.</summary>
    public static bool IsFloatingPoint(this ElementType type) =>
        type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

    /// <summary>The name ONNX documents use: <c>float</c>, <c>int64</c>, <c>bfloat16</c>.</summary>
    public static string OnnxName(this ElementType type) => type.ToString().ToLowerInvariant();

    /// <summary>The element type that stores <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">No ONNX type stores <typeparamref name="T"/>.</exception>
    public static ElementType Of<T>() where T : unmanaged => default(T) switch
    {
        float => ElementType.Float,
        double => ElementType.Double,
        Half => ElementType.Float16,
        long => ElementType.Int64,
        int => ElementType.Int32,
        short => ElementType.Int16,
        sbyte => ElementType.Int8,
        ulong => ElementType.UInt64,
        uint => ElementType.UInt32,
        ushort => ElementType.UInt16,
        byte => ElementType.UInt8,
        bool => ElementType.Bool,
        _ => throw new NotSupportedException($"No ONNX element type stores {typeof(T).Name}."),
    };
}

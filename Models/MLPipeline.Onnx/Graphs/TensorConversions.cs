using System.Runtime.InteropServices;

namespace MLPipeline.Onnx.Graphs;

/// <summary>Floating-point tensors of any width, read into and written from double.</summary>
public static class TensorConversions
{
    /// <summary>Every element as a double; exact for all four floating-point types.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not floating point.</exception>
    public static double[] ToDoubles(this TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => Map(tensor.AsSpan<float>(), static x => (double)x),
        ElementType.Double => tensor.AsSpan<double>().ToArray(),
        ElementType.Float16 => Map(tensor.AsSpan<Half>(), static x => (double)x),
        ElementType.BFloat16 => Map(MemoryMarshal.Cast<byte, ushort>(tensor.Bytes.Span), static x => (double)BitConverter.Int32BitsToSingle(x << 16)),
        _ => throw new InvalidOperationException($"The tensor holds {tensor.Type.OnnxName()}, which is not a floating-point type."),
    };

    /// <summary>A tensor of <paramref name="type"/>, each value rounded once, to nearest and ties to even.</summary>
    /// <exception cref="NotSupportedException"><paramref name="type"/> is not float, double or float16.</exception>
    public static TensorData FromDoubles(ElementType type, ReadOnlySpan<double> values, params ReadOnlySpan<long> dims) => type switch
    {
        ElementType.Float => TensorData.Create<float>(Map(values, static x => (float)x), dims),
        ElementType.Double => TensorData.Create(values, dims),
        ElementType.Float16 => TensorData.Create<Half>(Map(values, static x => (Half)x), dims),
        _ => throw new NotSupportedException($"Rounding double to {type.OnnxName()} is not supported."),
    };

    private static TOut[] Map<TIn, TOut>(ReadOnlySpan<TIn> values, Func<TIn, TOut> convert)
    {
        var result = new TOut[values.Length];
        for (var i = 0; i < result.Length; i++) result[i] = convert(values[i]);
        return result;
    }
}

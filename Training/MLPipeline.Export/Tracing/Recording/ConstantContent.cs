using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>The elements of a tensor, copied when the trace met it.</summary>
internal sealed class ConstantContent
{
    private ConstantContent(ScalarType type, long[] shape, byte[] bytes)
    {
        Type = type;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>The element type.</summary>
    public ScalarType Type { get; }

    /// <summary>The axes.</summary>
    public long[] Shape { get; }

    /// <summary>The elements, row-major.</summary>
    public byte[] Bytes { get; }

    /// <summary>A copy of a tensor's elements.</summary>
    public static ConstantContent Of(Tensor tensor)
    {
        var size = tensor.numel() * tensor.ElementSize;
        if (size > Array.MaxLength)
            throw new ExportException($"A constant that the module computes has {size:N0} bytes; more than 2 GiB can't be computed into one. Make it a parameter or a buffer.");
        using var scope = NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous();
        return new ConstantContent(tensor.dtype, tensor.shape, dense.bytes.ToArray());
    }

    /// <summary>The elements as double, row-major; null when their type is none that numbers are kept in.</summary>
    public double[]? Numbers() => Type switch
    {
        ScalarType.Float32 => [.. MemoryMarshal.Cast<byte, float>(Bytes).ToArray().Select(f => (double)f)],
        ScalarType.Float64 => MemoryMarshal.Cast<byte, double>(Bytes).ToArray(),
        ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.Byte => [.. Integers().Select(i => (double)i)],
        _ => null,
    };

    /// <summary>The elements of an integer tensor, row-major.</summary>
    /// <exception cref="InvalidOperationException">They are no integers.</exception>
    public long[] Integers() => Type switch
    {
        ScalarType.Int64 => MemoryMarshal.Cast<byte, long>(Bytes).ToArray(),
        ScalarType.Int32 => [.. MemoryMarshal.Cast<byte, int>(Bytes).ToArray().Select(i => (long)i)],
        ScalarType.Int16 => [.. MemoryMarshal.Cast<byte, short>(Bytes).ToArray().Select(i => (long)i)],
        ScalarType.Int8 => [.. Bytes.Select(b => (long)(sbyte)b)],
        ScalarType.Byte or ScalarType.Bool => [.. Bytes.Select(b => (long)b)],
        _ => throw new InvalidOperationException($"Elements of type {Type} are no integers."),
    };

    /// <summary>Same type, shape and bits.</summary>
    public bool Equals(ConstantContent other) => Type == other.Type && Shape.AsSpan().SequenceEqual(other.Shape) && Bytes.AsSpan().SequenceEqual(other.Bytes);
}

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
        using var scope = NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous();
        return new ConstantContent(tensor.dtype, tensor.shape, dense.bytes.ToArray());
    }

    /// <summary>Same type, shape and bits.</summary>
    public bool Equals(ConstantContent other) => Type == other.Type && Shape.AsSpan().SequenceEqual(other.Shape) && Bytes.AsSpan().SequenceEqual(other.Bytes);
}

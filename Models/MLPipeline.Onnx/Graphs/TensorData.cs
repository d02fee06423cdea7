using System.Buffers;
using System.Runtime.InteropServices;

namespace MLPipeline.Onnx.Graphs;

/// <summary>A constant tensor: type, shape and bytes. Immutable, so one instance may stand behind several names.</summary>
/// <remarks>
/// The bytes are little-endian and row-major, as ONNX stores them; a big-endian host is not supported. A block of memory in .NET ends at
/// 2 GiB, so a larger tensor is in pieces: it can be written and read, but no pass looks into it.
/// </remarks>
public sealed class TensorData
{
    private readonly long[] _dims;

    /// <summary>A tensor over bytes already in ONNX order. The memory is kept, not copied: do not change it afterwards.</summary>
    /// <exception cref="ArgumentException">The byte count is not what type and shape ask for, or an axis is negative.</exception>
    /// <exception cref="NotSupportedException">The type is text.</exception>
    public TensorData(ElementType type, IEnumerable<long> dims, ReadOnlyMemory<byte> bytes)
        : this(type, dims, new ReadOnlySequence<byte>(bytes))
    {
    }

    /// <summary>A tensor over pieces of memory, as <see cref="ByteSequence"/> makes one; otherwise the same.</summary>
    /// <exception cref="ArgumentException">The byte count is not what type and shape ask for, or an axis is negative.</exception>
    /// <exception cref="NotSupportedException">The type is text.</exception>
    public TensorData(ElementType type, IEnumerable<long> dims, ReadOnlySequence<byte> content)
    {
        _dims = [.. dims];
        Type = type;
        Content = content;
        Count = CountOf(_dims);
        var expected = checked(Count * type.SizeInBytes());
        if (content.Length != expected)
        {
            throw new ArgumentException(
                $"A {type.OnnxName()}[{string.Join(',', _dims)}] tensor takes {expected} bytes; {content.Length} were given.", nameof(content));
        }
    }

    /// <summary>What it holds.</summary>
    public ElementType Type { get; }

    /// <summary>Its axes; empty for a scalar.</summary>
    public IReadOnlyList<long> Dims => _dims;

    /// <summary>The elements, little-endian and row-major.</summary>
    public ReadOnlySequence<byte> Content { get; }

    /// <summary>Whether the elements lie in one block of memory: always, unless there are more than 2 GiB of them.</summary>
    public bool IsInOnePiece => Content.IsSingleSegment;

    /// <summary>The elements in one block.</summary>
    /// <exception cref="InvalidOperationException">The tensor is in pieces.</exception>
    public ReadOnlyMemory<byte> Bytes => IsInOnePiece
        ? Content.First
        : throw new InvalidOperationException($"The tensor {this} has {Content.Length:N0} bytes and lies in pieces; read its {nameof(Content)}.");

    /// <summary>Number of elements; 1 for a scalar.</summary>
    public long Count { get; }

    /// <summary>A tensor of any storable type.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of <paramref name="dims"/>.</exception>
    public static TensorData Create<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> dims) where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Tensors are little-endian; so must the host be.");
        return new TensorData(ElementTypes.Of<T>(), dims.ToArray(), MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>A float tensor.</summary>
    public static TensorData FromFloats(ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) => Create(values, dims);

    /// <summary>A double tensor.</summary>
    public static TensorData FromDoubles(ReadOnlySpan<double> values, params ReadOnlySpan<long> dims) => Create(values, dims);

    /// <summary>An int64 tensor: shapes, axes and indices.</summary>
    public static TensorData FromInt64s(ReadOnlySpan<long> values, params ReadOnlySpan<long> dims) => Create(values, dims);

    /// <summary>A bool tensor.</summary>
    public static TensorData FromBools(ReadOnlySpan<bool> values, params ReadOnlySpan<long> dims) => Create(values, dims);

    /// <summary>A tensor of rank 0.</summary>
    public static TensorData Scalar<T>(T value) where T : unmanaged => Create<T>([value]);

    /// <summary>A one-dimensional int64 tensor, the form of ONNX's shape, axes and pads inputs.</summary>
    public static TensorData Vector(params ReadOnlySpan<long> values) => Create(values, values.Length);

    /// <summary>The elements, without copying.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged
    {
        if (ElementTypes.Of<T>() != Type) throw new InvalidOperationException($"The tensor holds {Type.OnnxName()}, not {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(Bytes.Span);
    }

    /// <summary>The same elements under other axes.</summary>
    /// <exception cref="ArgumentException">The element counts differ.</exception>
    public TensorData Reshaped(params ReadOnlySpan<long> dims) => new(Type, dims.ToArray(), Content);

    /// <summary>Same type, same shape, same bits.</summary>
    public bool ContentEquals(TensorData? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Type == other.Type && _dims.AsSpan().SequenceEqual(other._dims) && ByteSequence.Equal(Content, other.Content));

    /// <summary><c>float[6,1,5,5]</c>.</summary>
    public override string ToString() => $"{Type.OnnxName()}[{string.Join(',', _dims)}]";

    private static long CountOf(long[] dims)
    {
        var count = 1L;
        foreach (var dim in dims)
        {
            if (dim < 0) throw new ArgumentException($"Axis length {dim} is negative in [{string.Join(',', dims)}].", nameof(dims));
            count = checked(count * dim);
        }

        return count;
    }
}

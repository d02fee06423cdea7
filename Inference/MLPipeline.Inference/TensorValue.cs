using System.Globalization;

namespace MLPipeline.Inference;

/// <summary>A tensor in managed memory: element type, shape, and the elements in row-major order.</summary>
public sealed class TensorValue
{
    private readonly long[] _shape;

    private TensorValue(TensorElementType elementType, Array data, long[] shape)
    {
        ElementType = elementType;
        Data = data;
        _shape = shape;
    }

    /// <summary>What the tensor holds.</summary>
    public TensorElementType ElementType { get; }

    /// <summary>The sizes, outermost axis first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The number of elements.</summary>
    public int Count => Data.Length;

    /// <summary>The elements. Never copied: the array given to <see cref="Create{T}"/>.</summary>
    internal Array Data { get; }

    /// <summary>Makes a tensor over an array. The array is not copied, and must not change while a model reads it.</summary>
    /// <typeparam name="T">float, double, long, int, short, sbyte, ulong, uint, ushort, byte, bool, Half or string.</typeparam>
    /// <param name="data">The elements in row-major order.</param>
    /// <param name="shape">The sizes, outermost axis first; none for a scalar. Their product is the array's length.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not an element type.</exception>
    /// <exception cref="ArgumentException">The shape does not fit the number of elements.</exception>
    public static TensorValue Create<T>(T[] data, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        var elementType = ElementTypes.Of<T>();
        if (shape.Any(size => size < 0) || shape.Aggregate(1L, (product, size) => checked(product * size)) != data.Length)
            throw new ArgumentException($"A tensor of shape {Text(shape)} cannot hold {data.Length} elements.", nameof(shape));
        return new TensorValue(elementType, data, [.. shape]);
    }

    /// <summary>The elements, in row-major order.</summary>
    /// <typeparam name="T">The .NET type of <see cref="ElementType"/>.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public Span<T> AsSpan<T>() => ToArray<T>();

    /// <summary>The array behind the tensor; not a copy.</summary>
    /// <typeparam name="T">The .NET type of <see cref="ElementType"/>.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public T[] ToArray<T>()
    {
        // typeof, not 'is': the runtime lets an sbyte[] pass for a byte[].
        if (Data.GetType() == typeof(T[]))
            return (T[])Data;
        throw new InvalidOperationException($"The tensor holds {ElementType}, not {typeof(T).Name}.");
    }

    /// <summary>For example <c>Float[7,1,28,28]</c>.</summary>
    public override string ToString() => $"{ElementType}{Text(_shape)}";

    internal static string Text(IReadOnlyList<long> shape) =>
        $"[{string.Join(',', shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}

namespace MLPipeline.Inference;

/// <summary>Which .NET type stands for which element type.</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<Type, TensorElementType> ByType = new()
    {
        [typeof(float)] = TensorElementType.Float,
        [typeof(byte)] = TensorElementType.UInt8,
        [typeof(sbyte)] = TensorElementType.Int8,
        [typeof(ushort)] = TensorElementType.UInt16,
        [typeof(short)] = TensorElementType.Int16,
        [typeof(int)] = TensorElementType.Int32,
        [typeof(long)] = TensorElementType.Int64,
        [typeof(string)] = TensorElementType.String,
        [typeof(bool)] = TensorElementType.Bool,
        [typeof(Half)] = TensorElementType.Float16,
        [typeof(double)] = TensorElementType.Double,
        [typeof(uint)] = TensorElementType.UInt32,
        [typeof(ulong)] = TensorElementType.UInt64,
    };

    /// <summary>How many bytes one element takes; text has no size of its own.</summary>
    public static int SizeInBytes(TensorElementType type) => type switch
    {
        TensorElementType.UInt8 or TensorElementType.Int8 or TensorElementType.Bool => 1,
        TensorElementType.UInt16 or TensorElementType.Int16 or TensorElementType.Float16 => 2,
        TensorElementType.Float or TensorElementType.Int32 or TensorElementType.UInt32 => 4,
        TensorElementType.Double or TensorElementType.Int64 or TensorElementType.UInt64 => 8,
        _ => throw new NotSupportedException($"{type} has no fixed size."),
    };

    public static TensorElementType Of<T>() =>
        ByType.TryGetValue(typeof(T), out var elementType)
            ? elementType
            : throw new NotSupportedException(
                $"{typeof(T).Name} is not a tensor element type; use one of {string.Join(", ", ByType.Keys.Select(type => type.Name))}.");
}

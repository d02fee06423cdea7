namespace MLPipeline.Inference;

/// <summary>What a tensor holds. Names and numbers are those of <c>TensorProto.DataType</c> in the ONNX specification.</summary>
public enum TensorElementType
{
    /// <summary>32-bit IEEE 754: <see cref="float"/>.</summary>
    Float = 1,

    /// <summary>Unsigned, 8 bits: <see cref="byte"/>.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits: <see cref="sbyte"/>.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits: <see cref="ushort"/>.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits: <see cref="short"/>.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits: <see cref="int"/>.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits: <see cref="long"/>.</summary>
    Int64 = 7,

    /// <summary>Text: <see cref="string"/>.</summary>
    String = 8,

    /// <summary>One byte, 0 or 1: <see cref="bool"/>.</summary>
    Bool = 9,

    /// <summary>16-bit IEEE 754: <see cref="Half"/>.</summary>
    Float16 = 10,

    /// <summary>64-bit IEEE 754: <see cref="double"/>.</summary>
    Double = 11,

    /// <summary>Unsigned, 32 bits: <see cref="uint"/>.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits: <see cref="ulong"/>.</summary>
    UInt64 = 13,
}

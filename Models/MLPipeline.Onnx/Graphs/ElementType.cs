namespace MLPipeline.Onnx.Graphs;

/// <summary>What a tensor holds. The numbers are those of <c>TensorProto.DataType</c> in the ONNX specification.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE 754.</summary>
    Float = 1,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits: the type of every shape and index.</summary>
    Int64 = 7,

    /// <summary>Text. Allowed for graph inputs and outputs; a constant tensor of text is not supported.</summary>
    String = 8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 9,

    /// <summary>16-bit IEEE 754.</summary>
    Float16 = 10,

    /// <summary>64-bit IEEE 754.</summary>
    Double = 11,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 13,

    /// <summary>The upper half of a 32-bit float.</summary>
    BFloat16 = 16,
}

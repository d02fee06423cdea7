using System.Buffers;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;

namespace MLPipeline.Onnx.Serialization;

/// <summary>Constants: raw bytes as they are, typed lists converted, everything checked against type and shape.</summary>
internal sealed class TensorReader(string source, ExternalReader? external)
{
    public TensorData Tensor(TensorProto message, string where)
    {
        CheckKind(message, where);
        var type = (ElementType)message.DataType;
        var expected = ByteCount(message, type, where);
        if (IsExternal(message)) return new TensorData(type, message.Dims, External(message, expected, where));
        var bytes = message.HasRawData ? message.RawData.Memory : Typed(message, type, where);
        if (bytes.Length != expected)
            throw Refuse($"{where} is {type.OnnxName()}[{string.Join(',', message.Dims)}], which takes {expected} bytes; the file holds {bytes.Length}.");
        return new TensorData(type, message.Dims, bytes);
    }

    private static bool IsExternal(TensorProto message) =>
        message.DataLocation == TensorProto.Types.DataLocation.External || message.ExternalData.Count > 0;

    private ReadOnlySequence<byte> External(TensorProto message, long expected, string where)
    {
        if (message.HasRawData) throw Refuse($"{where} has its data both inside and in another file.");
        return external is null
            ? throw Refuse($"{where} keeps its data in another file, which bytes alone do not lead to; load the model by its path.")
            : external.Read(message, expected, where);
    }

    private void CheckKind(TensorProto message, string where)
    {
        if (message.Segment is not null) throw Refuse($"{where} is split into segments, which are not supported.");
        var type = (ElementType)message.DataType;
        if (!Enum.IsDefined(type) || type == ElementType.String)
            throw Refuse($"{where} has element type {message.DataType}, which is not supported for constants.");
    }

    private long ByteCount(TensorProto message, ElementType type, string where)
    {
        try
        {
            var count = 1L;
            foreach (var dim in message.Dims) count = dim >= 0 ? checked(count * dim) : throw Refuse($"{where} has an axis of length {dim}.");
            return checked(count * type.SizeInBytes());
        }
        catch (OverflowException e)
        {
            throw new InvalidOnnxFileException(source, $"{where} has shape [{string.Join(',', message.Dims)}], too large for any tensor.", e);
        }
    }

    private ReadOnlyMemory<byte> Typed(TensorProto message, ElementType type, string where) => type switch
    {
        ElementType.Float => Bytes<float, float>(message.FloatData, x => x),
        ElementType.Double => Bytes<double, double>(message.DoubleData, x => x),
        ElementType.Int64 => Bytes<long, long>(message.Int64Data, x => x),
        ElementType.UInt64 => Bytes<ulong, ulong>(message.Uint64Data, x => x),
        ElementType.UInt32 => Bytes<ulong, uint>(message.Uint64Data, x => checked((uint)x), where),
        ElementType.Int32 => Bytes<int, int>(message.Int32Data, x => x),
        ElementType.Int16 => Bytes<int, short>(message.Int32Data, x => checked((short)x), where),
        ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => Bytes<int, ushort>(message.Int32Data, x => checked((ushort)x), where),
        ElementType.Int8 => Bytes<int, sbyte>(message.Int32Data, x => checked((sbyte)x), where),
        ElementType.UInt8 => Bytes<int, byte>(message.Int32Data, x => checked((byte)x), where),
        ElementType.Bool => Bytes<int, bool>(message.Int32Data, x => x != 0),
        _ => throw Refuse($"{where} has element type {type.OnnxName()}, which is not supported for constants."),
    };

    private byte[] Bytes<TStored, T>(RepeatedField<TStored> stored, Func<TStored, T> convert, string where = "") where T : unmanaged
    {
        try
        {
            return MemoryMarshal.AsBytes<T>(stored.Select(convert).ToArray()).ToArray();
        }
        catch (OverflowException e)
        {
            throw new InvalidOnnxFileException(source, $"{where} holds a value that does not fit into {typeof(T).Name}.", e);
        }
    }

    private InvalidOnnxFileException Refuse(string problem) => new(source, problem);
}

using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Tensors;

/// <summary>Copies what ONNX Runtime gives back into managed memory.</summary>
internal static class TensorReader
{
    public static TensorValue Read(OrtValue value)
    {
        var facts = value.GetTensorTypeAndShape();
        var shape = facts.Shape;
        return (TensorElementType)(int)facts.ElementDataType switch
        {
            TensorElementType.Float => Copy<float>(value, shape),
            TensorElementType.Double => Copy<double>(value, shape),
            TensorElementType.Int64 => Copy<long>(value, shape),
            TensorElementType.Int32 => Copy<int>(value, shape),
            TensorElementType.Int16 => Copy<short>(value, shape),
            TensorElementType.Int8 => Copy<sbyte>(value, shape),
            TensorElementType.UInt64 => Copy<ulong>(value, shape),
            TensorElementType.UInt32 => Copy<uint>(value, shape),
            TensorElementType.UInt16 => Copy<ushort>(value, shape),
            TensorElementType.UInt8 => Copy<byte>(value, shape),
            TensorElementType.Bool => Copy<bool>(value, shape),
            TensorElementType.Float16 => Copy<Half>(value, shape),
            TensorElementType.String => TensorValue.Create(value.GetStringTensorAsArray(), shape),
            _ => throw new NotSupportedException($"Tensors of {facts.ElementDataType} are not supported."),
        };
    }

    private static TensorValue Copy<T>(OrtValue value, long[] shape)
        where T : unmanaged =>
        // An empty tensor may have no memory at all behind it.
        TensorValue.Create(
            shape.Contains(0) ? [] : MemoryMarshal.Cast<byte, T>(value.GetTensorMutableRawData()).ToArray(), shape);
}

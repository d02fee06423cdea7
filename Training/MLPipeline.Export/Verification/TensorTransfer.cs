using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Tensors between TorchSharp and ONNX Runtime, and as plain numbers.</summary>
internal static class TensorTransfer
{
    /// <summary>A copy in managed memory.</summary>
    /// <exception cref="ExportException">ONNX Runtime takes no such type from us.</exception>
    public static TensorValue ToValue(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous();
        return dense.dtype switch
        {
            ScalarType.Float32 => TensorValue.Create(Elements<float>(dense), tensor.shape),
            ScalarType.Float64 => TensorValue.Create(Elements<double>(dense), tensor.shape),
            ScalarType.Float16 => TensorValue.Create(Elements<Half>(dense), tensor.shape),
            ScalarType.Int64 => TensorValue.Create(Elements<long>(dense), tensor.shape),
            ScalarType.Int32 => TensorValue.Create(Elements<int>(dense), tensor.shape),
            ScalarType.Int16 => TensorValue.Create(Elements<short>(dense), tensor.shape),
            ScalarType.Int8 => TensorValue.Create(Elements<sbyte>(dense), tensor.shape),
            ScalarType.Byte => TensorValue.Create(Elements<byte>(dense), tensor.shape),
            ScalarType.Bool => TensorValue.Create(Elements<bool>(dense), tensor.shape),
            _ => throw new ExportException($"An input of type {tensor.dtype} can't be verified; convert it to Float32 in front of the module, or switch Verify off."),
        };
    }

    /// <summary>A copy in managed memory, rounded to half precision where that is what is asked for.</summary>
    /// <exception cref="ExportException">ONNX Runtime takes no such type from us.</exception>
    public static TensorValue ToValue(Tensor tensor, TensorElementType wanted)
    {
        if (wanted != TensorElementType.Float16 || tensor.dtype != ScalarType.Float32)
            return ToValue(tensor);
        using var half = tensor.to(ScalarType.Float16);
        return ToValue(half);
    }

    /// <summary>Whether tensors of a type can be compared with ONNX Runtime's.</summary>
    public static bool IsComparable(ScalarType type) => type is
        ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.Byte or ScalarType.Bool;

    /// <summary>The elements as double.</summary>
    public static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return Elements<double>(tensor.detach().cpu().to(ScalarType.Float64).contiguous());
    }

    /// <summary>The elements as double.</summary>
    /// <exception cref="ExportException">The tensor holds text.</exception>
    public static double[] Numbers(TensorValue value) => value.ElementType switch
    {
        TensorElementType.Float => Converted<float, double>(value, x => x),
        TensorElementType.Double => value.ToArray<double>(),
        TensorElementType.Float16 => Converted<Half, double>(value, x => (double)x),
        TensorElementType.Int64 => Converted<long, double>(value, x => x),
        TensorElementType.Int32 => Converted<int, double>(value, x => x),
        TensorElementType.Int16 => Converted<short, double>(value, x => x),
        TensorElementType.Int8 => Converted<sbyte, double>(value, x => x),
        TensorElementType.UInt8 => Converted<byte, double>(value, x => x),
        TensorElementType.Bool => Converted<bool, double>(value, x => x ? 1 : 0),
        _ => throw new ExportException($"An output of type {value.ElementType} can't be compared."),
    };

    /// <summary>The elements of integers or truth values, as they are.</summary>
    public static long[] Integers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return Elements<long>(tensor.detach().cpu().to(ScalarType.Int64).contiguous());
    }

    /// <summary>The elements of integers or truth values, as they are.</summary>
    /// <exception cref="ExportException">The tensor holds something else.</exception>
    public static long[] Integers(TensorValue value) => value.ElementType switch
    {
        TensorElementType.Int64 => value.ToArray<long>(),
        TensorElementType.Int32 => Converted<int, long>(value, x => x),
        TensorElementType.Int16 => Converted<short, long>(value, x => x),
        TensorElementType.Int8 => Converted<sbyte, long>(value, x => x),
        TensorElementType.UInt8 => Converted<byte, long>(value, x => x),
        TensorElementType.Bool => Converted<bool, long>(value, x => x ? 1 : 0),
        _ => throw new ExportException($"An output of type {value.ElementType} can't be compared with the module's integers."),
    };

    // TorchSharp has no view of no elements.
    private static T[] Elements<T>(Tensor dense) where T : unmanaged => dense.numel() == 0 ? [] : dense.data<T>().ToArray();

    private static TNumber[] Converted<T, TNumber>(TensorValue value, Converter<T, TNumber> convert) => Array.ConvertAll(value.ToArray<T>(), convert);
}

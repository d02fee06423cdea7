using System.Numerics;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Cast between the types of shapes, indices and weights.</summary>
internal static class Conversion
{
    /// <summary>The elements in another type; null for a type, or a value, whose conversion ONNX leaves open.</summary>
    public static TensorData? Cast(TensorData data, ElementType to)
    {
        if (data.Type == to) return data;
        return data.Type switch
        {
            ElementType.Float => From<float>(data, to),
            ElementType.Double => From<double>(data, to),
            ElementType.Float16 => From<Half>(data, to),
            ElementType.Int64 => From<long>(data, to),
            ElementType.Int32 => From<int>(data, to),
            _ => null,
        };
    }

    private static TensorData? From<TFrom>(TensorData data, ElementType to) where TFrom : unmanaged, INumberBase<TFrom> => to switch
    {
        ElementType.Float => Convert<TFrom, float>(data),
        ElementType.Double => Convert<TFrom, double>(data),
        ElementType.Float16 => Convert<TFrom, Half>(data),
        ElementType.Int64 => Convert<TFrom, long>(data),
        ElementType.Int32 => Convert<TFrom, int>(data),
        ElementType.Bool => TensorData.FromBools([.. data.AsSpan<TFrom>().ToArray().Select(x => !TFrom.IsZero(x))], [.. data.Dims]),
        _ => null,
    };

    private static TensorData? Convert<TFrom, TTo>(TensorData data)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        try
        {
            TTo[] converted = [.. data.AsSpan<TFrom>().ToArray().Select(TTo.CreateChecked)];
            return TensorData.Create<TTo>(converted, [.. data.Dims]);
        }
        catch (OverflowException)
        {
            // Out of range, or not a number: each runtime has its own answer.
            return null;
        }
    }
}

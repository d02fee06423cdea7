using System.Numerics;
using System.Runtime.InteropServices;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>Weights times factors, each product worked out in double and rounded once.</summary>
internal static class WeightScaling
{
    /// <summary>Scales weights of two axes or more by a factor for each place on the first two.</summary>
    /// <param name="weight">Float, double or float16.</param>
    /// <param name="factor">By the place on axis 0 and on axis 1.</param>
    public static TensorData Scale(TensorData weight, Func<long, long, double> factor) => weight.Type switch
    {
        ElementType.Float => Scale<float>(weight, factor),
        ElementType.Double => Scale<double>(weight, factor),
        ElementType.Float16 => Scale<Half>(weight, factor),
        _ => throw new NotSupportedException($"Weights of {weight.Type.OnnxName()} are not scaled."),
    };

    private static TensorData Scale<T>(TensorData weight, Func<long, long, double> factor) where T : unmanaged, INumberBase<T>
    {
        var (first, second) = (weight.Dims[0], weight.Dims[1]);
        var inner = weight.Count == 0 ? 0 : (int)(weight.Count / (first * second));
        var bytes = new byte[weight.Bytes.Length];
        var source = weight.AsSpan<T>();
        var scaled = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        var at = 0;
        for (var i = 0L; i < first; i++)
        {
            for (var j = 0L; j < second; j++)
            {
                var f = factor(i, j);
                for (var end = at + inner; at < end; at++) scaled[at] = T.CreateTruncating(double.CreateTruncating(source[at]) * f);
            }
        }

        return new TensorData(weight.Type, weight.Dims, bytes);
    }
}

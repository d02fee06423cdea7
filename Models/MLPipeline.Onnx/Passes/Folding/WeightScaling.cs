using System.Numerics;
using System.Runtime.InteropServices;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>Weights times factors, each product worked out in double and rounded once.</summary>
/// <remarks>
/// A weight with all its digits that becomes a number with few, or zero, is lost. In float and double, weights less than 2^24 times the
/// smallest number with all its digits do not count: what training has left of a dead channel.
/// </remarks>
internal static class WeightScaling
{
    /// <summary>Scales weights of two axes or more by a factor for each place on the first two.</summary>
    /// <param name="weight">Float, double or float16.</param>
    /// <param name="factor">By the place on axis 0 and on axis 1.</param>
    /// <returns>The products, and one that is lost, if any.</returns>
    public static (TensorData Scaled, double? Lost) Scale(TensorData weight, Func<long, long, double> factor) => weight.Type switch
    {
        ElementType.Float => Scale<float>(weight, factor, 1.9721522630525295e-31),
        ElementType.Double => Scale<double>(weight, factor, 3.7330545300056646e-301),
        ElementType.Float16 => Scale<Half>(weight, factor, 0),
        _ => throw new NotSupportedException($"Weights of {weight.Type.OnnxName()} are not scaled."),
    };

    private static (TensorData Scaled, double? Lost) Scale<T>(TensorData weight, Func<long, long, double> factor, double least) where T : unmanaged, INumberBase<T>
    {
        var (first, second) = (weight.Dims[0], weight.Dims[1]);
        var inner = weight.Count == 0 ? 0 : (int)(weight.Count / (first * second));
        var bytes = new byte[weight.Bytes.Length];
        var source = weight.AsSpan<T>();
        var scaled = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        var (at, lost) = (0, (double?)null);
        for (var i = 0L; i < first; i++)
        {
            for (var j = 0L; j < second; j++)
            {
                var f = factor(i, j);
                for (var end = at + inner; at < end; at++)
                {
                    var value = double.CreateTruncating(source[at]);
                    scaled[at] = T.CreateTruncating(value * f);
                    if (f != 0 && IsSmall(scaled[at]) && T.IsNormal(source[at]) && Math.Abs(value) >= least) lost = value * f;
                }
            }
        }

        return (new TensorData(weight.Type, weight.Dims, bytes), lost);
    }

    private static bool IsSmall<T>(T value) where T : INumberBase<T> => T.IsZero(value) || T.IsSubnormal(value);
}

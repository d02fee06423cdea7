using System.Numerics;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Functions of one number that IEEE 754 defines to the last bit.</summary>
internal static class UnaryArithmetic
{
    /// <summary>Neg, Abs, Floor, Ceil or Sqrt; null for types other than float, double, int32 and int64, and for what does not fit.</summary>
    public static TensorData? Apply(string op, TensorData x) => x.Type switch
    {
        ElementType.Float => Floating<float>(op, x),
        ElementType.Double => Floating<double>(op, x),
        ElementType.Int64 when !x.AsSpan<long>().Contains(long.MinValue) => Signed<long>(op, x),
        ElementType.Int32 when !x.AsSpan<int>().Contains(int.MinValue) => Signed<int>(op, x),
        _ => null,
    };

    private static TensorData? Floating<T>(string op, TensorData x) where T : unmanaged, IFloatingPointIeee754<T> => op switch
    {
        "Floor" => Each<T>(x, T.Floor),
        "Ceil" => Each<T>(x, T.Ceiling),
        // The root of a negative number is not a number, of which there are several.
        "Sqrt" => x.AsSpan<T>().ToArray().All(v => v >= T.Zero) ? Each<T>(x, T.Sqrt) : null,
        _ => Signed<T>(op, x),
    };

    private static TensorData? Signed<T>(string op, TensorData x) where T : unmanaged, INumber<T> => op switch
    {
        "Neg" => Each<T>(x, static v => -v),
        "Abs" => Each<T>(x, T.Abs),
        _ => null,
    };

    private static TensorData Each<T>(TensorData x, Func<T, T> apply) where T : unmanaged =>
        TensorData.Create<T>([.. x.AsSpan<T>().ToArray().Select(apply)], [.. x.Dims]);
}

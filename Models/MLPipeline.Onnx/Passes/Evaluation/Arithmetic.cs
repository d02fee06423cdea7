using System.Numerics;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Elementwise arithmetic of two constants, one stretched over the other as ONNX (and NumPy) broadcasts.</summary>
internal static class Arithmetic
{
    /// <summary>The result; null for types other than float, double, int32 and int64, shapes that do not fit, and a division by zero.</summary>
    public static TensorData? Binary(ArithmeticOperator op, TensorData a, TensorData b)
    {
        if (a.Type != b.Type) return null;
        return a.Type switch
        {
            ElementType.Float => Binary<float>(op, a, b),
            ElementType.Double => Binary<double>(op, a, b),
            ElementType.Int64 => Binary<long>(op, a, b),
            ElementType.Int32 => Binary<int>(op, a, b),
            _ => null,
        };
    }

    private static TensorData? Binary<T>(ArithmeticOperator op, TensorData a, TensorData b) where T : unmanaged, INumber<T>
    {
        var rank = Math.Max(a.Dims.Count, b.Dims.Count);
        var dims = new long[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var (x, y) = (Length(a, axis, rank), Length(b, axis, rank));
            if (x != y && x != 1 && y != 1) return null;
            dims[axis] = x == 1 ? y : x;
        }

        // Dividing by an integer zero has no answer, and by a floating zero none worth keeping in a file.
        if (op == ArithmeticOperator.Divide && b.AsSpan<T>().Contains(T.Zero)) return null;
        // The one integer quotient that does not fit is that of the least number by -1.
        if (op == ArithmeticOperator.Divide && !a.Type.IsFloatingPoint() && b.AsSpan<T>().Contains(-T.One)) return null;
        var result = new T[dims.Aggregate(1L, (p, d) => checked(p * d))];
        var left = a.AsSpan<T>();
        var right = b.AsSpan<T>();
        for (var i = 0; i < result.Length; i++) result[i] = Apply(op, left[Source(i, dims, a)], right[Source(i, dims, b)]);
        return TensorData.Create<T>(result, dims);
    }

    // Integers wrap around, as they do in the runtime.
    private static T Apply<T>(ArithmeticOperator op, T a, T b) where T : INumber<T> => op switch
    {
        ArithmeticOperator.Add => unchecked(a + b),
        ArithmeticOperator.Subtract => unchecked(a - b),
        ArithmeticOperator.Multiply => unchecked(a * b),
        ArithmeticOperator.Divide => a / b,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    private static long Length(TensorData tensor, int axis, int rank) =>
        axis < rank - tensor.Dims.Count ? 1 : tensor.Dims[axis - rank + tensor.Dims.Count];

    private static int Source(long at, long[] dims, TensorData tensor)
    {
        var (source, stride) = (0L, 1L);
        for (var axis = dims.Length - 1; axis >= 0; axis--)
        {
            (at, var index) = Math.DivRem(at, dims[axis]);
            var length = Length(tensor, axis, dims.Length);
            if (length != 1) source += index * stride;
            stride *= length;
        }

        return (int)source;
    }
}

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
        if (Broadcasting.Dims(a.Dims, b.Dims) is not { } dims || Expansion.IsTooLarge(dims, a, b)) return null;

        // Dividing by an integer zero has no answer, and by a floating zero none worth keeping in a file.
        if (op == ArithmeticOperator.Divide && b.AsSpan<T>().Contains(T.Zero)) return null;
        if (op == ArithmeticOperator.Modulo && (a.Type.IsFloatingPoint() || b.AsSpan<T>().Contains(T.Zero))) return null;
        // Runtimes differ on what is smaller, something or not a number.
        if (op is ArithmeticOperator.Minimum or ArithmeticOperator.Maximum && (HasNaN(a.AsSpan<T>()) || HasNaN(b.AsSpan<T>()))) return null;
        // The one integer quotient that does not fit is that of the least number by -1.
        if (op is ArithmeticOperator.Divide or ArithmeticOperator.Modulo && !a.Type.IsFloatingPoint() && b.AsSpan<T>().Contains(-T.One)) return null;
        var result = new T[dims.Aggregate(1L, (p, d) => checked(p * d))];
        var left = a.AsSpan<T>();
        var right = b.AsSpan<T>();
        for (var i = 0; i < result.Length; i++) result[i] = Apply(op, left[Broadcasting.Source(i, dims, a.Dims)], right[Broadcasting.Source(i, dims, b.Dims)]);
        return TensorData.Create<T>(result, dims);
    }

    // Integers wrap around, as they do in the runtime.
    private static T Apply<T>(ArithmeticOperator op, T a, T b) where T : INumber<T> => op switch
    {
        ArithmeticOperator.Add => unchecked(a + b),
        ArithmeticOperator.Subtract => unchecked(a - b),
        ArithmeticOperator.Multiply => unchecked(a * b),
        ArithmeticOperator.Divide => a / b,
        ArithmeticOperator.Minimum => T.Min(a, b),
        ArithmeticOperator.Maximum => T.Max(a, b),
        ArithmeticOperator.Modulo => Modulo(a, b),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    // The remainder has the divisor's sign, as Python's has.
    private static T Modulo<T>(T a, T b) where T : INumber<T>
    {
        var rest = a % b;
        return rest != T.Zero && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest;
    }

    private static bool HasNaN<T>(ReadOnlySpan<T> values) where T : INumber<T>
    {
        foreach (var value in values)
        {
            if (T.IsNaN(value)) return true;
        }

        return false;
    }
}

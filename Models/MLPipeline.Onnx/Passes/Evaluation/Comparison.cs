using System.Numerics;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Elementwise comparisons of constants, and what is made of their answers.</summary>
internal static class Comparison
{
    /// <summary>Equal, Less, LessOrEqual, Greater or GreaterOrEqual; null for types other than float, double, int32, int64 and bool.</summary>
    public static TensorData? Compare(string op, TensorData a, TensorData b)
    {
        if (a.Type != b.Type) return null;
        return a.Type switch
        {
            ElementType.Float => Compare<float>(op, a, b),
            ElementType.Double => Compare<double>(op, a, b),
            ElementType.Int64 => Compare<long>(op, a, b),
            ElementType.Int32 => Compare<int>(op, a, b),
            ElementType.Bool when op == "Equal" => Logic(a, b, static (x, y) => x == y),
            _ => null,
        };
    }

    /// <summary>And, Or or Xor.</summary>
    public static TensorData? Logic(TensorData a, TensorData b, Func<bool, bool, bool> apply)
    {
        if (a.Type != ElementType.Bool || b.Type != ElementType.Bool || Broadcasting.Dims(a.Dims, b.Dims) is not { } dims) return null;
        if (Expansion.IsTooLarge(dims, a, b)) return null;
        var (left, right) = (a.AsSpan<bool>().ToArray(), b.AsSpan<bool>().ToArray());
        return Fill(dims, i => apply(left[Broadcasting.Source(i, dims, a.Dims)], right[Broadcasting.Source(i, dims, b.Dims)]));
    }

    /// <summary>Not.</summary>
    public static TensorData? Not(TensorData a) =>
        a.Type == ElementType.Bool ? TensorData.FromBools([.. a.AsSpan<bool>().ToArray().Select(x => !x)], [.. a.Dims]) : null;

    /// <summary>Where: an element of <paramref name="a"/> where the condition holds, of <paramref name="b"/> where not.</summary>
    public static TensorData? Where(TensorData condition, TensorData a, TensorData b)
    {
        if (condition.Type != ElementType.Bool || a.Type != b.Type || Broadcasting.Dims(condition.Dims, a.Dims, b.Dims) is not { } dims) return null;
        if (Expansion.IsTooLarge(dims, condition, a, b)) return null;
        var holds = condition.AsSpan<bool>();
        var size = a.Type.SizeInBytes();
        var bytes = new byte[Expansion.Count(dims) * size];
        for (var i = 0; i * size < bytes.Length; i++)
        {
            var from = holds[Broadcasting.Source(i, dims, condition.Dims)] ? a : b;
            from.Bytes.Span.Slice(Broadcasting.Source(i, dims, from.Dims) * size, size).CopyTo(bytes.AsSpan(i * size));
        }

        return new TensorData(a.Type, dims, bytes);
    }

    private static TensorData? Compare<T>(string op, TensorData a, TensorData b) where T : unmanaged, INumber<T>
    {
        if (Broadcasting.Dims(a.Dims, b.Dims) is not { } dims || Expansion.IsTooLarge(dims, a, b)) return null;
        var (left, right) = (a.AsSpan<T>().ToArray(), b.AsSpan<T>().ToArray());
        return Fill(dims, i => Holds(op, left[Broadcasting.Source(i, dims, a.Dims)], right[Broadcasting.Source(i, dims, b.Dims)]));
    }

    private static bool Holds<T>(string op, T a, T b) where T : INumber<T> => op switch
    {
        "Equal" => a == b,
        "Less" => a < b,
        "LessOrEqual" => a <= b,
        "Greater" => a > b,
        "GreaterOrEqual" => a >= b,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    private static TensorData Fill(long[] dims, Func<long, bool> value)
    {
        var result = new bool[Expansion.Count(dims)];
        for (var i = 0; i < result.Length; i++) result[i] = value(i);
        return TensorData.FromBools(result, dims);
    }
}

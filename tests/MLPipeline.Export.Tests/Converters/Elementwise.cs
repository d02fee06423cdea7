using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Cases of functions that work element by element: vectors of any length, with the values that are easy to get wrong.</summary>
internal static class Elementwise
{
    /// <summary>A few roundings of a 32-bit float.</summary>
    public static Tolerance Tight { get; } = new(1e-6, 2e-6);

    /// <summary>Numbers of either sign, halves and wholes; integers for an integer type.</summary>
    public static Tensor Ordinary(ScalarType type) =>
        tensor([-3f, -2.5f, -2f, -1.5f, -1f, -0.6f, -0.5f, -0f, 0f, 0.3f, 0.5f, 1f, 1.5f, 2f, 2.5f, 4f]).MagnitudeIf(type == ScalarType.Byte).to(type);

    /// <summary>What is not an ordinary number: NaN, infinities, zeros. (The language's own NaN has the sign bit set, which ONNX can't see.)</summary>
    public static Tensor Special(ScalarType type) =>
        tensor([MathF.Abs(float.NaN), float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1f, -1f, 2.5f]).to(type);

    /// <summary>A function of one tensor.</summary>
    /// <param name="function">The function.</param>
    /// <param name="type">The tensor's type.</param>
    /// <param name="center">The middle of the numbers to export with: where the function is not NaN.</param>
    /// <param name="spread">How far they lie apart.</param>
    public static OperatorCase Unary(Func<Tensor, Tensor> function, ScalarType type = ScalarType.Float32, double center = 0, double spread = 1) =>
        new(() => new Of((_, x) => function(x)), () => [(Ordinary(ScalarType.Float32) * spread + center).to(type)])
        {
            Edges = () => IsFloat(type) ? [[Ordinary(type)], [Special(type)]] : [[Ordinary(type)]],
            Tolerance = ToleranceOf(type),
        };

    /// <summary>Several functions of one tensor.</summary>
    public static OperatorCase UnaryMany(Func<Tensor, IReadOnlyList<Tensor>> functions, ScalarType type = ScalarType.Float32, double center = 0, double spread = 1) =>
        Unary(x => x, type, center, spread) with { Create = () => new OfMany(functions) };

    /// <summary>Several functions of two tensors.</summary>
    public static OperatorCase BinaryMany(
        Func<Tensor, Tensor, IReadOnlyList<Tensor>> functions, ScalarType first = ScalarType.Float32, ScalarType? second = null, double center = 0, double spread = 1) =>
        Binary((a, b) => a, first, second, center, spread) with { Create = () => new OfTwoToMany(functions) };

    /// <summary>A function of two tensors, on every pair of the values.</summary>
    public static OperatorCase Binary(
        Func<Tensor, Tensor, Tensor> function, ScalarType first = ScalarType.Float32, ScalarType? second = null, double center = 0, double spread = 1) =>
        new(() => new OfTwo(function), () => [.. new[] { first, second ?? first }.Select(t => (Ordinary(ScalarType.Float32) * spread + center).to(t))])
        {
            Edges = () => IsFloat(first) && IsFloat(second ?? first)
                ? [Pairs(Ordinary(first), Ordinary(second ?? first)), Pairs(Special(first), Special(second ?? first))]
                : [Pairs(Ordinary(first), Ordinary(second ?? first))],
            Tolerance = ToleranceOf(first),
        };

    /// <summary>Several functions of two tensors of integers, on every pair of some of either sign; the second never 0, by which one can't divide.</summary>
    public static OperatorCase IntegersMany(Func<Tensor, Tensor, IReadOnlyList<Tensor>> functions, ScalarType first, ScalarType? second = null) =>
        new(() => new OfTwoToMany(functions), () => [Whole(first), Whole(second ?? first)])
        {
            Edges = () => [Pairs(cat([Whole(first), zeros(1, first)]), Whole(second ?? first))],
            Tolerance = Tight,
        };

    /// <summary>Every pair of two vectors' elements.</summary>
    public static Tensor[] Pairs(Tensor first, Tensor second) => [first.repeat_interleave(second.shape[0]), second.repeat(first.shape[0])];

    private static Tensor Whole(ScalarType type) => tensor([-7, -4, -3, -2, -1, 1, 2, 3, 4, 7]).MagnitudeIf(type == ScalarType.Byte).to(type);

    private static bool IsFloat(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16;

    private static Tolerance ToleranceOf(ScalarType type) => type == ScalarType.Float16 ? new(1e-3, 1e-3) : Tight;

    private static Tensor MagnitudeIf(this Tensor x, bool condition) => condition ? x.abs() : x;
}

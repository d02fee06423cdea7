using static MLPipeline.Export.Tests.Converters.Elementwise;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Comparisons, logic and bits: mixed types, NaN, signed zeros.</summary>
public class ComparisonTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["comparisons of floats"] = BinaryMany((a, b) => [a.eq(b), a.ne(b), a.lt(b), a.le(b), a.gt(b), a.ge(b)]),
        ["comparisons of integers with floats"] = BinaryMany((a, b) => [a == b, a != b, a < b, a <= b, a > b, a >= b], ScalarType.Int64, ScalarType.Float32),
        ["comparisons of bools"] = BinaryMany((a, b) => [(a > 0).eq(b > 0), (a > 0).ne(b > 0), (a > 0).lt(b > 0), (a > 0).greater_equal(b > 0)]),
        ["comparisons of bytes with short integers"] = BinaryMany((a, b) => [a.less(b), a.less_equal(b), a.greater(b), a.not_equal(b)], ScalarType.Byte, ScalarType.Int16),
        ["comparisons with numbers"] = UnaryMany(x => [x.eq(0.5), x != 1, x < 0.3, x <= 0, 1 > x, x >= -2]),
        ["comparisons of integers with a fraction"] = UnaryMany(x => [x.eq(0.5), x < 0.5, x >= -0.5], ScalarType.Int32),
        ["comparisons in place give numbers"] = BinaryMany((a, b) => [a.clone().lt_(b) + 1, a.clone().eq_(b) * 2]),
        ["closeness"] = BinaryMany((a, b) => [a.isclose(b), a.isclose(b + 1e-6, 1e-5, 1e-5), a.isclose(b, rtol: 0.2, nanEqual: true)]),
        ["closeness of integers"] = BinaryMany((a, b) => [a.isclose(b), a.isclose(b, rtol: 0.5, atol: 1)], ScalarType.Int32),
        ["kinds of floats"] = UnaryMany(x => [x.isnan(), x.isinf(), x.isfinite(), x.isneginf(), x.isposinf(), x.isreal(), x.signbit()]),
        ["kinds of doubles"] = UnaryMany(x => [x.isnan(), x.isinf(), x.isfinite(), x.isneginf(), x.isposinf(), x.isreal(), x.signbit()], ScalarType.Float64),
        ["kinds of halves"] = UnaryMany(x => [x.isnan(), x.isinf(), x.isfinite(), x.signbit()], ScalarType.Float16),
        ["kinds of integers"] = UnaryMany(x => [x.isnan(), x.isinf(), x.isfinite(), x.isneginf(), x.isposinf(), x.isreal(), x.signbit()], ScalarType.Int32),
        ["kinds of bytes"] = UnaryMany(x => [x.signbit(), x.isfinite()], ScalarType.Byte),
        ["logic of bools"] = BinaryMany((a, b) => [(a > 0).logical_and(b > 0), (a > 0).logical_or(b > 0), (a > 0).logical_xor(b > 0), (a > 0).logical_not()]),
        ["logic of numbers"] = BinaryMany((a, b) => [a.logical_and(b), a.logical_or(b), a.logical_xor(b), a.logical_not()], ScalarType.Float32, ScalarType.Int32),
        ["bits of bools"] = BinaryMany((a, b) => [(a > 0) & (b > 0), (a > 0) | (b > 0), (a > 0) ^ (b > 0), ~(a > 0)]),
        ["complement"] = UnaryMany(x => [~x], ScalarType.Int32),
        ["complement of bytes"] = UnaryMany(x => [x.bitwise_not()], ScalarType.Byte),
        ["shifts"] = BinaryMany((a, b) => [a.bitwise_left_shift(b.abs()), (a * 1000).bitwise_right_shift(b.abs())], ScalarType.Int64),
        ["rounding"] = UnaryMany(x => [x.floor(), x.ceil(), x.trunc(), x.fix(), x.round(), x.frac() + 1, x.round(1), (x * 100).round(-2)]),
        ["rounding of halves and doubles"] = UnaryMany(x => [x.floor(), x.ceil(), x.trunc(), x.round()], ScalarType.Float64),
        ["rounding of integers"] = UnaryMany(x => [x.floor(), x.ceil(), x.trunc()], ScalarType.Int64),
        ["signs"] = UnaryMany(x => [x.sign(), x.sgn()]),
        ["signs of integers and bools"] = UnaryMany(x => [x.sign(), (x > 0).sign()], ScalarType.Int16),
        ["signs copied, of zeros too"] = BinaryMany((a, b) => [a.copysign(b), 1 / a.copysign(b)], center: 3),
        ["signs of integers copied"] = BinaryMany((a, b) => [a.copysign(b)], ScalarType.Int32),
        ["step"] = BinaryMany((a, b) => [a.heaviside(b)]),
        ["numbers for what is none"] = UnaryMany(x => [x.nan_to_num(), x.nan_to_num(7, 8, 9)]),
        ["bounds"] = UnaryMany(x => [x.clamp(-1, 1), x.clip(min: 0.5), x.clamp_max(0.3), x.clamp_min(0.1), x.clamp(2, -2)]),
        ["bounds of integers"] = UnaryMany(x => [x.clamp(-1, 2), x.clamp(0.5, 1.5), x.clamp_min(1)], ScalarType.Int16),
        ["bounds that are tensors"] = BinaryMany((a, b) => [a.clamp(b, b + 1), a.clamp(min: b), a.clamp(b + 1, b)]),
        ["larger and smaller"] = BinaryMany((a, b) => [a.maximum(b), a.minimum(b), a.max(b), a.min(b), a.fmax(b), a.fmin(b)]),
        ["larger and smaller of two types"] = BinaryMany((a, b) => [a.maximum(b), a.minimum(b), a.fmax(b)], ScalarType.Int16, ScalarType.Int32),
        ["the largest integers"] = UnaryMany(x => [x == long.MaxValue, x > long.MinValue, x == 9007199254740992L], ScalarType.Int64) with { Edges = () => [[tensor([long.MaxValue, long.MaxValue - 1, long.MinValue, 9007199254740993L])]] },
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Integers_that_a_double_would_round_are_refused()
    {
        var refused = Assert.Throws<ExportException>(() => UnaryMany(x => [x == 9007199254740993L, x.add(-9007199254740993L), x > 9007199254740992L], ScalarType.Int64).Check(17));
        Assert.Equal(2, refused.Problems.Count);
        Assert.All(refused.Problems, p => Assert.Contains("beyond 2^53", p));
    }

    [Fact]
    public void Bits_of_integers_are_exported_from_opset_18() =>
        BinaryMany((a, b) => [a & b, a | b, a ^ b], ScalarType.Int32, ScalarType.Int16).Check(18);

    [Fact]
    public void Bits_of_integers_are_refused_below_opset_18()
    {
        var refused = Assert.Throws<ExportException>(() => BinaryMany((a, b) => [a & b], ScalarType.Int64).Check(17));
        Assert.Contains("opset 18", refused.Message);
    }
}

using MLPipeline.Export.Tests.Networks;
using static MLPipeline.Export.Tests.Converters.Elementwise;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Arithmetic: type promotion, rounding towards the right side, numbers that are none.</summary>
public class ArithmeticTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["sums of two types"] = IntegersMany((a, b) => [a + b, a - b, a * b], ScalarType.Int32, ScalarType.Int64),
        ["sums of bytes wrap"] = IntegersMany((a, b) => [a * 60 + b * 60, a.neg(), a - b], ScalarType.Byte),
        ["sums of bools"] = BinaryMany((a, b) => [(a > 0).add(b > 0), (a > 0) * (b > 0)]),
        ["sums of a float and integers"] = BinaryMany((a, b) => [a + b, a - b, a * b], ScalarType.Float32, ScalarType.Int64),
        ["sums of halves"] = BinaryMany((a, b) => [a + b, a - b, a * b, a.add(b, alpha: 0.5)], ScalarType.Float16),
        ["sums"] = BinaryMany((a, b) => [a.add(b, alpha: 0.5), a.add(3, alpha: 2), 1.5 - a, a + tensor(0.1), a * a.shape[0], a.positive(), a.absolute(), b.negative(), a.square()]),
        ["sums of integers with fractions"] = UnaryMany(x => [x + 0.5, x * 1.5, 0.5 - x, x.div(2)], ScalarType.Int64),
        ["sum in place with doubles"] = BinaryMany((a, b) => [a.clone().add_(b), a.clone().mul_(b)], ScalarType.Float32, ScalarType.Float64),
        ["quotients"] = BinaryMany((a, b) => [a / b, 2 / b, a.true_divide(b), a.div(b, RoundingMode.floor), a.div(b, RoundingMode.trunc), a.remainder(b), a.fmod(b)], center: 9),
        ["quotients of doubles"] = BinaryMany((a, b) => [a / b, a.floor_divide(b), a.remainder(b), a.fmod(b)], ScalarType.Float64, center: 9),
        ["quotients of integers"] = IntegersMany(
            (a, b) => [a / b, a.true_divide(b), a.div(b, RoundingMode.floor), a.div(b, RoundingMode.trunc), a.floor_divide(b), a % b, a.fmod(b), (b * b).reciprocal()], ScalarType.Int64),
        ["quotients of short integers"] = IntegersMany((a, b) => [a.floor_divide(b), a.remainder(b), a.fmod(b)], ScalarType.Int16, ScalarType.Int8),
        ["quotients by numbers"] = UnaryMany(x => [x.div(0.1, RoundingMode.floor), x.remainder(-1.5), x.fmod(1.5), x % 2, x.floor_divide(-2)]),
        ["quotients of integers by numbers"] = UnaryMany(x => [x.floor_divide(-2), x.remainder(-2), x.fmod(3), x.div(-3, RoundingMode.trunc)], ScalarType.Int32),
        ["powers"] = BinaryMany((a, b) => [a.pow(b), a.float_power(b), a.ldexp(b)], center: 5, spread: 0.2),
        ["powers of a number"] = UnaryMany(x => [x.pow(0.5), x.pow(-0.5), x.pow(-2), x.pow(3), x.pow(2.5), x.sqrt(), x.rsqrt(), x.reciprocal()], center: 9),
        ["powers of integers"] = UnaryMany(x => [x.pow(3), x.pow(0), x.pow(1), (x * x + 1).pow(1.5), (x * x + 1).pow(tensor(0.5f)), (x * x).sqrt()], ScalarType.Int64),
        ["power of integers that wraps"] = UnaryMany(x => [x.pow(67)], ScalarType.Int32),
        ["negative and absolute integers"] = UnaryMany(x => [x.negative(), x.abs()], ScalarType.Int8),
        ["sums with products and quotients"] = BinaryMany((a, b) => [a.addcmul(b, a, 0.5), a.addcdiv(a, b, 0.5), a.addcdiv(a, b)], center: 9),
        ["sums of integers with products"] = IntegersMany((a, b) => [a.addcmul(b, b, 2), a.ldexp(b)], ScalarType.Int32),
        ["linear interpolation"] = new(() => new OfThree((a, b, c) => a.lerp(b, c)), () => [Ordinary(ScalarType.Float32), Ordinary(ScalarType.Float32) * 3, Ordinary(ScalarType.Float32)])
        {
            Edges = () => [[.. Pairs(Ordinary(ScalarType.Float32), Ordinary(ScalarType.Float32)), zeros(256) + 1], [.. Pairs(Special(ScalarType.Float32), Special(ScalarType.Float32)), zeros(64) + 0.5f]],
        },
        ["length of two sides"] = BinaryMany((a, b) => [a.hypot(b), (a * 1e30f).hypot(b * 1e30f) / 1e30f]),
        ["length of two doubles"] = BinaryMany((a, b) => [(a * 1e200).hypot(b * 1e200) / 1e200], ScalarType.Float64),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Integers_to_the_power_of_integers_are_refused()
    {
        var refused = Assert.Throws<ExportException>(() => BinaryMany((a, b) => [a.pow(b * b)], ScalarType.Int64).Check(17));
        Assert.Contains("convert the base to a floating-point type", refused.Message);
    }
}

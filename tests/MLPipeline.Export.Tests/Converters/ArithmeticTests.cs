using MLPipeline.Export.Tests.Networks;
using static MLPipeline.Export.Tests.Converters.Elementwise;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Arithmetic: type promotion, rounding towards the right side, numbers that are none.</summary>
public class ArithmeticTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["sum of two types"] = Integers((a, b) => a + b, ScalarType.Int32, ScalarType.Int64),
        ["sum of bytes wraps"] = Integers((a, b) => a * 60 + b * 60, ScalarType.Byte),
        ["sum of bools"] = Binary((a, b) => (a > 0).add(b > 0)),
        ["sum of a float and integers"] = Binary((a, b) => a + b, ScalarType.Float32, ScalarType.Int64),
        ["integers and a fraction"] = Unary(x => x + 0.5, ScalarType.Int64),
        ["sum with a double keeps the type"] = Unary(x => x + tensor(0.1)),
        ["sum scaled by a fraction"] = Binary((a, b) => a.add(b, alpha: 0.5)),
        ["sum with a number scaled"] = Unary(x => x.add(3, alpha: 2)),
        ["sum in place with doubles"] = Binary((a, b) => a.clone().add_(b), ScalarType.Float32, ScalarType.Float64),
        ["difference"] = Binary((a, b) => a - b, ScalarType.Float16),
        ["number minus tensor"] = Unary(x => 1.5 - x),
        ["product of bools"] = Binary((a, b) => (a > 0) * (b > 0)),
        ["product with the length of the batch"] = Unary(x => x * x.shape[0]),
        ["quotient"] = Binary((a, b) => a / b, center: 9),
        ["quotient of integers"] = Integers((a, b) => a / b, ScalarType.Int64),
        ["quotient by a number"] = Unary(x => x.div(2), ScalarType.Int32),
        ["number by tensor"] = Unary(x => 2 / x, center: 9),
        ["true quotient"] = Integers((a, b) => a.true_divide(b), ScalarType.Int32),
        ["quotient rounded down"] = Binary((a, b) => a.div(b, RoundingMode.floor), center: 9),
        ["quotient of doubles rounded down"] = Binary((a, b) => a.floor_divide(b), ScalarType.Float64, center: 9),
        ["quotient that rounding makes whole"] = Unary(x => x.div(0.1, RoundingMode.floor)),
        ["quotient of integers rounded down"] = Integers((a, b) => a.div(b, RoundingMode.floor), ScalarType.Int64),
        ["quotient of short integers rounded down"] = Integers((a, b) => a.floor_divide(b), ScalarType.Int16, ScalarType.Int8),
        ["quotient by a negative number rounded down"] = Unary(x => x.floor_divide(-2), ScalarType.Int32),
        ["quotient rounded to zero"] = Binary((a, b) => a.div(b, RoundingMode.trunc), center: 9),
        ["quotient of integers rounded to zero"] = Integers((a, b) => a.div(b, RoundingMode.trunc), ScalarType.Int64),
        ["remainder"] = Binary((a, b) => a.remainder(b), center: 9),
        ["remainder of integers"] = Integers((a, b) => a % b, ScalarType.Int64),
        ["remainder by a negative number"] = Unary(x => x.remainder(-1.5)),
        ["fmod"] = Binary((a, b) => a.fmod(b), center: 9),
        ["fmod of integers"] = Integers((a, b) => a.fmod(b), ScalarType.Int32),
        ["fmod by a number"] = Unary(x => x.fmod(1.5)),
        ["power"] = Binary((a, b) => a.pow(b), center: 5, spread: 0.2),
        ["square"] = Unary(x => x.square()),
        ["power of a number"] = Unary(x => x.pow(0.5), center: 9),
        ["power of a negative number"] = Unary(x => x.pow(-2), center: 9),
        ["cube of integers"] = Unary(x => x.pow(3), ScalarType.Int64),
        ["power of integers that wraps"] = Unary(x => x.pow(67), ScalarType.Int32),
        ["integers to the power of 0"] = Unary(x => x.pow(0), ScalarType.Int64),
        ["integers to the power of a fraction"] = Unary(x => (x * x + 1).pow(1.5), ScalarType.Int64),
        ["integers to the power of floats"] = Unary(x => (x * x + 1).pow(tensor(0.5f)), ScalarType.Int64),
        ["power in double"] = Binary((a, b) => a.float_power(b), center: 5, spread: 0.2),
        ["negative"] = Unary(x => x.negative(), ScalarType.Int16),
        ["negative of bytes"] = Unary(x => x.neg(), ScalarType.Byte),
        ["positive"] = Unary(x => x.positive()),
        ["absolute"] = Unary(x => x.absolute()),
        ["absolute of integers"] = Unary(x => x.abs(), ScalarType.Int8),
        ["reciprocal of integers"] = Unary(x => (x * x + 1).reciprocal(), ScalarType.Int64),
        ["square root"] = Unary(x => x.sqrt(), center: 9),
        ["square root of integers"] = Unary(x => (x * x).sqrt(), ScalarType.Int32),
        ["reciprocal square root"] = Unary(x => x.rsqrt(), center: 9),
        ["sum with a product"] = Binary((a, b) => a.addcmul(b, a, 0.5)),
        ["sum with a product of integers"] = Integers((a, b) => a.addcmul(b, b, 2), ScalarType.Int64),
        ["sum with a quotient"] = Binary((a, b) => a.addcdiv(a, b, 0.5), center: 9),
        ["sum with a plain quotient"] = Binary((a, b) => a.addcdiv(a, b), center: 9),
        ["linear interpolation"] = new(() => new OfThree((a, b, c) => a.lerp(b, c)), () => [Ordinary(ScalarType.Float32), Ordinary(ScalarType.Float32) * 3, Ordinary(ScalarType.Float32)])
        {
            Edges = () => [[.. Pairs(Ordinary(ScalarType.Float32), Ordinary(ScalarType.Float32)), zeros(256) + 1], [.. Pairs(Special(ScalarType.Float32), Special(ScalarType.Float32)), zeros(64) + 0.5f]],
        },
        ["length of two sides"] = Binary((a, b) => a.hypot(b)),
        ["length of two long sides"] = Binary((a, b) => (a * 1e30f).hypot(b * 1e30f) / 1e30f),
        ["length of two doubles"] = Binary((a, b) => (a * 1e200).hypot(b * 1e200) / 1e200, ScalarType.Float64),
        ["scaled by a power of two"] = Binary((a, b) => a.ldexp(b)),
        ["integers scaled by a power of two"] = Integers((a, b) => a.ldexp(b), ScalarType.Int32),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);
}

using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Elementwise arithmetic, with PyTorch's type promotion.</summary>
internal static class Arithmetic
{
    [Converts("Tensor.add")]
    internal static string Add(ConversionContext c) => Binary(c, (a, b) => a.Type == ScalarType.Bool ? a | b : a + Scaled(c, b));

    [Converts("Tensor.sub")]
    internal static string Sub(ConversionContext c) => Binary(c, (a, b) => a - Scaled(c, b));

    [Converts("Tensor.mul")]
    internal static string Mul(ConversionContext c) => Binary(c, (a, b) => a.Type == ScalarType.Bool ? a & b : a * b);

    [Converts("Tensor.div", "Tensor.true_divide")]
    internal static string Div(ConversionContext c) => c.Literal("rounding_mode") switch
    {
        null or RoundingMode.None => Binary(c, (a, b) => a / b, fractions: true),
        RoundingMode.floor => Binary(c, (a, b) => a.FloorDivide(b), formula: true),
        RoundingMode.trunc => Binary(c, TruncatingDivide, formula: true),
        var mode => throw new ConversionException($"division with rounding mode {mode} is not known; divide and use floor or trunc"),
    };

    [Converts("Tensor.floor_divide")]
    internal static string FloorDivide(ConversionContext c) => Binary(c, (a, b) => a.FloorDivide(b), formula: true);

    [Converts("Tensor.remainder")]
    internal static string Remainder(ConversionContext c) => Binary(c, (a, b) => a.Remainder(b), formula: true);

    [Converts("Tensor.fmod")]
    internal static string Fmod(ConversionContext c) => Binary(c, (a, b) => a.Fmod(b));

    [Converts("Tensor.pow")]
    internal static string Pow(ConversionContext c) => Binary(c, (a, b) => c.Argument("exponent") switch
    {
        // PyTorch takes roots for these two, which differs from a power at -infinity.
        Argument.Number { Value: { IsConstant: true, Constant: 0.5 } } => a.Sqrt(),
        Argument.Number { Value: { IsConstant: true, Constant: -0.5 } } => a.Sqrt().Apply("Reciprocal"),
        _ => Promotion.IsFloat(a.Type) ? a.Pow(b) : IntegerPower(c, a),
    });

    [Converts("Tensor.float_power")]
    internal static string FloatPower(ConversionContext c) =>
        c.Result(c.Term("self", ScalarType.Float64).Pow(c.Term(Other(c), ScalarType.Float64)));

    [Converts("Tensor.neg")]
    internal static string Neg(ConversionContext c) => c.Result(-c.Term("self"));

    [Converts("Tensor.positive")]
    internal static string Positive(ConversionContext c) => c.Op("Identity", [c.Tensor("self")]);

    [Converts("Tensor.abs")]
    internal static string Abs(ConversionContext c) => c.Result(c.Term("self").Abs());

    [Converts("Tensor.reciprocal")]
    internal static string Reciprocal(ConversionContext c) => c.Result(c.Term("self", c.ResultType).Apply("Reciprocal"));

    [Converts("Tensor.sqrt")]
    internal static string Sqrt(ConversionContext c) => c.Result(c.Term("self", c.ResultType).Sqrt());

    [Converts("Tensor.rsqrt")]
    internal static string Rsqrt(ConversionContext c) => c.Result(c.Term("self", c.ResultType).Sqrt().Apply("Reciprocal"));

    [Converts("Tensor.addcmul")]
    internal static string AddScaledProduct(ConversionContext c) => Scaled(c, (a, b, value) => value is null ? a * b : a * value * b);

    [Converts("Tensor.addcdiv")]
    internal static string AddScaledQuotient(ConversionContext c) => Scaled(c, (a, b, value) => value is null ? a / b : a * value / b);

    [Converts("Tensor.lerp")]
    internal static string Lerp(ConversionContext c)
    {
        var type = Operands.Precise(c.Promoted("self", "end", "weight"));
        var (start, end, weight) = (c.Term("self", type), c.Term("end", type), c.Term("weight", type));
        var span = end - start;
        // From the nearer end, so that weights 0 and 1 give the ends themselves.
        return c.Result((weight.Abs() < 0.5).Choose(start + weight * span, end - span * (1 - weight)));
    }

    [Converts("Tensor.hypot")]
    internal static string Hypot(ConversionContext c) => Binary(c, (a, b) =>
    {
        var infinite = a.Abs().Is(double.PositiveInfinity) | b.Abs().Is(double.PositiveInfinity);
        return infinite.Choose(a.Number(double.PositiveInfinity), Length(a, b));
    }, formula: true);

    [Converts("Tensor.ldexp")]
    internal static string ScaleByPowerOfTwo(ConversionContext c)
    {
        var power = c.Promoted("self", "other");
        var type = Operands.Precise(Promotion.IsFloat(power) ? power : ScalarType.Float32);
        return c.Result(c.Term("self", type) * c.Constant(2, type).Pow(c.Term("other", type)));
    }

    [Converts("Tensor.gcd", "Tensor.lcm", "Tensor.nextafter")]
    internal static string Inexpressible(ConversionContext c) =>
        throw new ConversionException($"{c.Key} has no counterpart in ONNX; compute it outside the network");

    private static string Binary(ConversionContext c, Func<Term, Term, Term> operation, bool fractions = false, bool formula = false)
    {
        var other = Other(c);
        var type = c.Promoted("self", other);
        if (fractions && !Promotion.IsFloat(type))
            type = c.ResultType;
        if (formula)
            type = Operands.Precise(type);
        return c.Result(operation(c.Term("self", type), c.Term(other, type)));
    }

    private static string Other(ConversionContext c) => c.FirstOf("target", "scalar", "other", "exponent");

    private static Term Scaled(ConversionContext c, Term other) => !c.Has("alpha") || IsOne(c.Argument("alpha")!) ? other : other * c.Term("alpha", other.Type);

    private static string Scaled(ConversionContext c, Func<Term, Term, Term?, Term> term)
    {
        var type = Operands.Precise(c.Promoted("self", "tensor1", "tensor2"));
        var value = c.Has("value") && !IsOne(c.Argument("value")!) ? c.Term("value", type) : null;
        return c.Result(c.Term("self", type) + term(c.Term("tensor1", type), c.Term("tensor2", type), value));
    }

    private static bool IsOne(Argument number) => number is Argument.Integer { Value: { IsConstant: true, Constant: 1 } } or Argument.Number { Value: { IsConstant: true, Constant: 1 } };

    private static Term TruncatingDivide(Term a, Term b) => Promotion.IsFloat(a.Type) ? (a / b).Truncate() : a / b;

    // In double a square of a float neither overflows nor vanishes; doubles are scaled by the longer side.
    private static Term Length(Term a, Term b)
    {
        if (a.Type != ScalarType.Float64)
        {
            var (x, y) = (a.To(ScalarType.Float64), b.To(ScalarType.Float64));
            return (x * x + y * y).Sqrt().To(a.Type);
        }

        var (longer, shorter) = (a.Abs().Max(b.Abs()), a.Abs().Min(b.Abs()));
        var ratio = shorter / longer;
        return longer.Is(0).Choose(longer, longer * (ratio * ratio + 1).Sqrt());
    }

    // ONNX Runtime takes integer powers through double, which is inexact above 2^53 and does not wrap; products do both right.
    private static Term IntegerPower(ConversionContext c, Term x)
    {
        if (c.Argument("exponent") is not Argument.Integer { Value.IsConstant: true })
            throw new ConversionException("an integer to the power of a tensor is not exact in ONNX Runtime; convert the base to a floating-point type");
        var exponent = c.Int("exponent");
        var square = x;
        Term? power = null;
        for (var bits = exponent; bits > 0; bits >>= 1)
        {
            if ((bits & 1) == 1)
                power = power is null ? square : power * square;
            if (bits > 1)
                square *= square;
        }

        return power ?? x * 0 + 1;
    }
}

using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Rounding, signs, bounds: operators that keep most of what they are given. Integers are whole already.</summary>
internal static class Rounding
{
    [Converts("Tensor.floor")]
    internal static string Floor(ConversionContext c) => OfFloat(c, x => x.Floor());

    [Converts("Tensor.ceil")]
    internal static string Ceil(ConversionContext c) => OfFloat(c, x => x.Apply("Ceil"));

    [Converts("Tensor.trunc")]
    internal static string Truncate(ConversionContext c) => OfFloat(c, x => x.Truncate());

    [Converts("Tensor.frac")]
    internal static string Fraction(ConversionContext c) => OfFloat(c, x => x - x.Truncate());

    // Half to even, as ONNX rounds. To decimals, PyTorch multiplies, rounds and divides.
    [Converts("Tensor.round")]
    internal static string Round(ConversionContext c) => OfFloat(c, x =>
    {
        var decimals = c.Int("decimals", 0);
        var scale = Math.Pow(10, Math.Abs(decimals));
        return decimals switch
        {
            0 => x.Apply("Round"),
            > 0 => (x * scale).Apply("Round") / scale,
            _ => (x / scale).Apply("Round") * scale,
        };
    });

    [Converts("Tensor.sign", "Tensor.sgn")]
    internal static string Sign(ConversionContext c)
    {
        var x = c.Term("self");
        if (x.Type == ScalarType.Bool)
            return c.Result(x);
        var sign = x.Apply("Sign");
        // ONNX Runtime's is NaN where PyTorch's is 0.
        return c.Result(Promotion.IsFloat(x.Type) ? x.IsNaN().Choose(x.Number(0), sign) : sign);
    }

    [Converts("Tensor.copysign")]
    internal static string CopySign(ConversionContext c)
    {
        var type = Operands.Precise(Promotion.IsFloat(c.Promoted("self", "other")) ? c.Promoted("self", "other") : c.ResultType);
        var (size, sign) = (c.Term("self", type).Abs(), c.Term("other", type));
        return c.Result(size * sign.Sign());
    }

    [Converts("Tensor.heaviside")]
    internal static string Heaviside(ConversionContext c)
    {
        var x = c.Term("self");
        return c.Result(x.Is(0).Choose(c.Term("other"), (x > 0).To(x.Type)));
    }

    [Converts("Tensor.nan_to_num")]
    internal static string NumberForNaN(ConversionContext c) => OfFloat(c, x =>
    {
        var (lowest, highest) = Range(x.Type);
        var number = x.IsNaN().Choose(x.Number(c.Number("nan", 0)), x);
        number = x.Is(double.PositiveInfinity).Choose(x.Number(c.Number("posinf", highest)), number);
        return x.Is(double.NegativeInfinity).Choose(x.Number(c.Number("neginf", lowest)), number);
    });

    [Converts("Tensor.clamp", "Tensor.clamp_min", "Tensor.clamp_max")]
    internal static string Clamp(ConversionContext c)
    {
        var (min, max) = (c.Has("min"), c.Has("max"));
        var type = c.Promoted("self", min ? "min" : "max", max ? "max" : "min");
        var x = c.Term("self", type);
        if (IsFixed(c.Argument("min")) && IsFixed(c.Argument("max")))
            return c.Result(x.Clip(c.Number("min"), c.Number("max")));
        x = min ? x.Max(c.Term("min", type)) : x;
        return c.Result(max ? x.Min(c.Term("max", type)) : x);
    }

    [Converts("Tensor.maximum", "Tensor.fmax")]
    internal static string Maximum(ConversionContext c) => Extreme(c, TermFunctions.Max);

    [Converts("Tensor.minimum", "Tensor.fmin")]
    internal static string Minimum(ConversionContext c) => Extreme(c, TermFunctions.Min);

    // ONNX Runtime's Max and Min give NaN where either operand is NaN, as torch.maximum does; torch.fmax takes the other one.
    private static string Extreme(ConversionContext c, Func<Term, Term, Term> extreme)
    {
        var type = c.Promoted("self", "other");
        var (a, b) = (c.Term("self", type), c.Term("other", type));
        var result = extreme(a, b);
        if (c.Key is "Tensor.fmax" or "Tensor.fmin" && Promotion.IsFloat(type))
            result = a.IsNaN().Choose(b, b.IsNaN().Choose(a, result));
        return c.Result(result);
    }

    private static bool IsFixed(Argument? bound) => bound is Argument.Integer { Value.IsConstant: true } or Argument.Number { Value.IsConstant: true };

    private static string OfFloat(ConversionContext c, Func<Term, Term> operation) => Promotion.IsFloat(c.Value("self").Type)
        ? c.Result(operation(c.Term("self")))
        : c.Op("Identity", [c.Tensor("self")]);

    private static (double Lowest, double Highest) Range(ScalarType type) => type switch
    {
        ScalarType.Float64 => (double.MinValue, double.MaxValue),
        ScalarType.Float32 => (float.MinValue, float.MaxValue),
        ScalarType.Float16 => ((double)Half.MinValue, (double)Half.MaxValue),
        _ => throw new ConversionException($"the range of {type} is not known; give posinf and neginf"),
    };
}

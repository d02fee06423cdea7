using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Functions of terms that ONNX has no operator for, or none that is accurate enough, and short names for those it has.</summary>
internal static class TermFunctions
{
    public static Term Abs(this Term x) => x.Type is ScalarType.Bool or ScalarType.Byte ? x : x.Apply("Abs");

    public static Term Sqrt(this Term x) => x.Apply("Sqrt");

    public static Term Exp(this Term x) => x.Apply("Exp");

    public static Term Log(this Term x) => x.Apply("Log");

    public static Term Floor(this Term x) => x.Apply("Floor");

    public static Term Max(this Term a, Term b) => a.With(b, "Max");

    public static Term Min(this Term a, Term b) => a.With(b, "Min");

    public static Term Pow(this Term a, Term b) => a.With(b, "Pow");

    /// <summary>Between two bounds. Where the lower is above the upper one, the upper one holds.</summary>
    public static Term Clip(this Term x, double min, double max)
    {
        var c = x.Context;
        var inner = x.To(Kernels.TypeFor("Clip", x.Type, c.Opset));
        return (inner with { Name = c.Op("Clip", [inner.Name, inner.Number(min).Name, inner.Number(max).Name]) }).To(x.Type);
    }

    /// <summary>Where the value is not a number; nowhere for integers.</summary>
    public static Term IsNaN(this Term x) => x.Ask("IsNaN");

    /// <summary>Where the sign is minus, -0 included. The sign of NaN is not looked at: arithmetic leaves it to chance.</summary>
    public static Term IsNegative(this Term x) => Promotion.IsFloat(x.Type) ? (x < 0) | (x.Is(0) & (x.Apply("Reciprocal") < 0)) : x < 0;

    /// <summary>1 or -1, for zeros too. (A product gives a zero its sign; ONNX Runtime's Where drops it.)</summary>
    public static Term Sign(this Term x) => x.IsNegative().Choose(x.Number(-1), x.Number(1));

    /// <summary>Towards zero.</summary>
    public static Term Truncate(this Term x) => (x < 0).Choose(x.Apply("Ceil"), x.Floor());

    /// <summary>The remainder of a division towards zero: it has the sign of the dividend.</summary>
    public static Term Fmod(this Term a, Term b) => a.With(b, "Mod", ("fmod", 1L));

    /// <summary>The remainder of a division downwards: it has the sign of the divisor.</summary>
    public static Term Remainder(this Term a, Term b)
    {
        if (!Promotion.IsFloat(a.Type))
            return a.With(b, "Mod");
        var rest = a.Fmod(b);
        return OtherSign(rest, b).Choose(rest + b, rest);
    }

    /// <summary>The quotient rounded down. Floats follow PyTorch, which is exact where a / b is rounded up to an integer.</summary>
    public static Term FloorDivide(this Term a, Term b)
    {
        if (!Promotion.IsFloat(a.Type))
            return (a - a.With(b, "Mod")) / b;
        var rest = a.Fmod(b);
        var quotient = (a - rest) / b;
        quotient = OtherSign(rest, b).Choose(quotient - 1, quotient);
        var floor = quotient.Floor();
        floor = (quotient - floor > 0.5).Choose(floor + 1, floor);
        return b.Is(0).Choose(a / b, floor);
    }

    /// <summary>
    /// exp(x) - 1 without the loss near 0, from u = exp(x): (u - 1) * x / log(u), where what rounding did to u cancels (W. Kahan).
    /// </summary>
    public static Term Expm1(this Term x)
    {
        var u = x.Exp();
        var less = u - 1;
        // Where u is 1, x is too small to matter; where it is infinite or 0, the quotient is of no use.
        return u.Is(1).Choose(x, (x.Abs() > 40).Choose(less, less * x / u.Log()));
    }

    /// <summary>log(1 + x) without the loss near 0, from u = 1 + x: log(u) * x / (u - 1), where what rounding did to u cancels (W. Kahan).</summary>
    public static Term Log1p(this Term x)
    {
        var u = x + 1;
        var log = u.Log();
        return u.Is(1).Choose(x, (x > 1e7).Choose(log, log * x / (u - 1)));
    }

    /// <summary>log(1 + exp(x)).</summary>
    public static Term Softplus(this Term x) =>
        x.Type == ScalarType.Float64 ? x.Max(x.Number(0)) + (-x.Abs()).Exp().Log1p() : x.Apply("Softplus");

    private static Term OtherSign(Term rest, Term b) => !rest.Is(0) & ((rest < 0) ^ (b < 0));
}

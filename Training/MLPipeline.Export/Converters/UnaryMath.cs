using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Elementary and special functions of one or two real numbers. Integers count as floats. Functions that ONNX has not, or has not near 0, are
/// written out; ONNX Runtime has some of them for floats only, and doubles are then refused rather than computed less exactly.
/// </summary>
internal static class UnaryMath
{
    [Converts("Tensor.exp")]
    internal static string Exp(ConversionContext c) => Of(c, x => x.Exp());

    [Converts("Tensor.exp2", "special.exp2")]
    internal static string Exp2(ConversionContext c) => Of(c, x => x.Number(2).Pow(x));

    [Converts("Tensor.expm1", "special.expm1")]
    internal static string Expm1(ConversionContext c) => OfPrecise(c, x => x.Expm1());

    [Converts("Tensor.log")]
    internal static string Log(ConversionContext c) => Of(c, x => x.Log());

    [Converts("Tensor.log2")]
    internal static string Log2(ConversionContext c) => OfPrecise(c, x => x.Log() * (1 / Math.Log(2)));

    [Converts("Tensor.log10")]
    internal static string Log10(ConversionContext c) => OfPrecise(c, x => x.Log() * (1 / Math.Log(10)));

    [Converts("Tensor.log1p")]
    internal static string Log1p(ConversionContext c) => OfPrecise(c, x => x.Log1p());

    [Converts("Tensor.sin")]
    internal static string Sin(ConversionContext c) => Of(c, x => x.Apply("Sin"));

    [Converts("Tensor.cos")]
    internal static string Cos(ConversionContext c) => Of(c, x => x.Apply("Cos"));

    [Converts("Tensor.tan")]
    internal static string Tan(ConversionContext c) => OrFormula(c, "Tan", x => x.Apply("Sin") / x.Apply("Cos"));

    [Converts("Tensor.asin")]
    internal static string Asin(ConversionContext c) => Of(c, x => x.Apply("Asin"));

    [Converts("Tensor.acos")]
    internal static string Acos(ConversionContext c) => Of(c, x => x.Apply("Acos"));

    [Converts("Tensor.atan")]
    internal static string Atan(ConversionContext c) => Of(c, x => x.Apply("Atan"));

    [Converts("Tensor.sinh")]
    internal static string Sinh(ConversionContext c) => OrFormula(c, "Sinh", x => (x.Expm1() - (-x).Expm1()) * 0.5);

    [Converts("Tensor.cosh")]
    internal static string Cosh(ConversionContext c) => OrFormula(c, "Cosh", x => (x.Exp() + (-x).Exp()) * 0.5);

    [Converts("Tensor.arcsinh")]
    internal static string Asinh(ConversionContext c) => OrFormula(c, "Asinh", x =>
    {
        var size = x.Abs();
        var result = (size > 1e8).Choose(size.Log() + Math.Log(2), (size + size * size / ((size * size + 1).Sqrt() + 1)).Log1p());
        return result * x.Sign();
    });

    [Converts("Tensor.arccosh")]
    internal static string Acosh(ConversionContext c) => OrFormula(c, "Acosh", x => (x - 1 + ((x - 1) * (x + 1)).Sqrt()).Log1p());

    [Converts("Tensor.arctanh")]
    internal static string Atanh(ConversionContext c) => OrFormula(c, "Atanh", x => (x * 2 / (1 - x)).Log1p() * 0.5);

    [Converts("Tensor.atan2")]
    internal static string Atan2(ConversionContext c)
    {
        var type = Operands.Precise(Promotion.IsFloat(c.Promoted("self", "other")) ? c.Promoted("self", "other") : c.ResultType);
        return c.Result(Angle(c.Term("self", type), c.Term("other", type)));
    }

    [Converts("Tensor.sinc", "special.sinc")]
    internal static string Sinc(ConversionContext c) => OfPrecise(c, x =>
    {
        var angle = x * Math.PI;
        return x.Is(0).Choose(x.Number(1), angle.Apply("Sin") / angle);
    });

    [Converts("Tensor.erf", "special.erf")]
    internal static string Erf(ConversionContext c) => Of(c, x => x.Apply("Erf"));

    [Converts("Tensor.erfc", "special.erfc", "special.erfcx")]
    internal static string Erfc(ConversionContext c) => OfPrecise(c, x => 1 - x.Apply("Erf"));

    [Converts("special.ndtr")]
    internal static string NormalDistribution(ConversionContext c) => OfPrecise(c, x => ((x / Math.Sqrt(2)).Apply("Erf") + 1) * 0.5);

    [Converts("Tensor.logit", "special.logit")]
    internal static string Logit(ConversionContext c) => OfPrecise(c, x =>
    {
        if (c.Has("eps"))
            x = x.Max(x.Number(c.Number("eps"))).Min(x.Number(1 - c.Number("eps")));
        return (x / (1 - x)).Log();
    });

    [Converts("special.entr")]
    internal static string Entropy(ConversionContext c) => OfPrecise(c, x =>
        x.Is(0).Choose(x.Number(0), (x < 0).Choose(x.Number(double.NegativeInfinity), -x * x.Log())));

    [Converts("Tensor.xlogy")]
    internal static string XLogY(ConversionContext c) => ZeroWins(c, "self", "y", y => y.Log());

    [Converts("special.xlog1py")]
    internal static string XLog1PY(ConversionContext c) => ZeroWins(c, "input", "other", y => y.Log1p());

    [Converts("Tensor.logaddexp")]
    internal static string LogAddExp(ConversionContext c) => LogOfSum(c, 1);

    [Converts("Tensor.logaddexp2")]
    internal static string LogAddExp2(ConversionContext c) => LogOfSum(c, Math.Log(2));

    [Converts("Tensor.deg2rad")]
    internal static string Radians(ConversionContext c) => Of(c, x => x * (Math.PI / 180));

    [Converts("Tensor.rad2deg")]
    internal static string Degrees(ConversionContext c) => Of(c, x => x * (180 / Math.PI));

    // A function of one node.
    private static string Of(ConversionContext c, Func<Term, Term> function) => c.Result(function(c.Term(c.FirstOf("self", "input"), c.ResultType)));

    // A function of several, rounded to half precision once.
    private static string OfPrecise(ConversionContext c, Func<Term, Term> function) => c.Result(function(c.Real(c.FirstOf("self", "input"))));

    private static string OrFormula(ConversionContext c, string op, Func<Term, Term> formula) =>
        Of(c, x => x.Type == ScalarType.Float64 ? formula(x) : x.Apply(op));

    // x * f(y), where x = 0 gives 0 whatever f(y) is, unless y is not a number.
    private static string ZeroWins(ConversionContext c, string first, string second, Func<Term, Term> function)
    {
        var type = c.Promoted(first, second);
        type = Operands.Precise(Promotion.IsFloat(type) ? type : c.ResultType);
        var (x, y) = (c.Term(first, type), c.Term(second, type));
        return c.Result((x.Is(0) & !y.IsNaN()).Choose(x.Number(0), x * function(y)));
    }

    // log_b(b^x + b^y) = max + log_b(1 + b^-|x - y|), with log(b) = scale. Equal infinities have no difference, and are their own answer.
    private static string LogOfSum(ConversionContext c, double scale)
    {
        var type = Operands.Precise(c.Promoted("self", "other"));
        var (x, y) = (c.Term("self", type), c.Term("other", type));
        var sum = x.Max(y) + (-(x - y).Abs() * scale).Exp().Log1p() / scale;
        return c.Result((x.Is(y) & x.Abs().Is(double.PositiveInfinity)).Choose(x, sum));
    }

    // The quotient's angle, turned by half a circle on the left; zeros and infinities have angles of their own.
    private static Term Angle(Term y, Term x)
    {
        var bothInfinite = y.Abs().Is(double.PositiveInfinity) & x.Abs().Is(double.PositiveInfinity);
        var bothZero = y.Is(0) & x.Is(0);
        var size = y.Abs();
        var ratio = bothZero.Choose(size, size / x.Abs());
        var angle = bothInfinite.Choose(size.Number(Math.PI / 4), ratio.Apply("Atan"));
        angle = x.IsNegative().Choose(Math.PI - angle, angle);
        return angle * y.Sign();
    }
}

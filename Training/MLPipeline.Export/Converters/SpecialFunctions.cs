using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Functions that ONNX has nothing of, as series worked out in double: to about 1e-14 the gamma family, to 2e-7 (some roundings of a float) the
/// others, which are refused for doubles.
/// </summary>
internal static class SpecialFunctions
{
    // C. Lanczos, g = 7, nine terms.
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    // Bernoulli numbers B_2k / 2k of the digamma function's asymptotic series.
    private static readonly double[] Bernoulli = [1 / 12.0, -1 / 120.0, 1 / 252.0, -1 / 240.0, 1 / 132.0, -691 / 32760.0];

    // M. Giles, Approximating the erfinv function, single precision: for w = -log(1 - x^2) below 5 and above.
    private static readonly double[] ErfinvCenter =
        [1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-06, -3.5233877e-06, 3.43273939e-07, 2.81022636e-08];

    private static readonly double[] ErfinvTail =
        [2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257];

    // M. Abramowitz, I. Stegun, 9.8.1 to 9.8.4: below 3.75 in (x / 3.75)^2, above in 3.75 / x.
    private static readonly double[] I0Center = [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];

    private static readonly double[] I0Tail =
        [0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377];

    private static readonly double[] I1Center = [0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411];

    private static readonly double[] I1Tail =
        [0.39894228, -0.03988024, -0.00362018, 0.00163801, -0.01031555, 0.02282967, -0.02895312, 0.01787654, -0.00420059];

    [Converts("Tensor.lgamma", "special.gammaln")]
    internal static string LogGamma(ConversionContext c) => c.Result(LogGamma(Double(c)));

    // log of the multivariate gamma function: p(p - 1)/4 log(pi) + sum of lgamma(x - j/2).
    [Converts("Tensor.mvlgamma", "special.multigammaln")]
    internal static string MultivariateLogGamma(ConversionContext c)
    {
        var (x, p) = (Double(c), c.Int("p"));
        var sum = LogGamma(x);
        for (var j = 1; j < p; j++)
            sum += LogGamma(x - j / 2.0);
        return c.Result(sum + p * (p - 1) / 4.0 * Math.Log(Math.PI));
    }

    [Converts("Tensor.digamma", "special.digamma")]
    internal static string Digamma(ConversionContext c)
    {
        const int shift = 10; // The series is good to 1e-15 from there.
        var x = Double(c);
        var left = x < 0.5;
        var z = left.Choose(1 - x, x);
        var y = z + shift;
        var inverse = y.Apply("Reciprocal");
        var square = inverse * inverse;
        var digamma = y.Log() - inverse * 0.5 - square * Polynomial(square, Bernoulli);
        for (var k = 0; k < shift; k++)
            digamma -= (z + k).Apply("Reciprocal");
        var angle = (x - x.Floor()) * Math.PI;
        var reflected = digamma - angle.Apply("Cos") / angle.Apply("Sin") * Math.PI;
        // Poles: at 0 infinite on the side that its sign tells, at negative integers nothing.
        reflected = ((x < 0) & angle.Is(0)).Choose(x.Number(double.NaN), x.Is(0).Choose(-x.Apply("Reciprocal"), reflected));
        return c.Result(left.Choose(reflected, digamma));
    }

    [Converts("Tensor.erfinv", "special.erfinv")]
    internal static string InverseErrorFunction(ConversionContext c)
    {
        var x = Single(c);
        var w = -((1 - x) * (x + 1)).Log();
        var inverse = (w < 5).Choose(Polynomial(w - 2.5, ErfinvCenter), Polynomial(w.Sqrt() - 3, ErfinvTail)) * x;
        return c.Result(x.Abs().Is(1).Choose(x * double.PositiveInfinity, inverse));
    }

    [Converts("Tensor.i0", "special.i0", "special.modified_bessel_i0")]
    internal static string BesselI0(ConversionContext c) => c.Result(Bessel(Single(c), I0Center, I0Tail, scaled: false));

    [Converts("special.i0e")]
    internal static string ScaledBesselI0(ConversionContext c) => c.Result(Bessel(Single(c), I0Center, I0Tail, scaled: true));

    [Converts("special.i1", "special.modified_bessel_i1")]
    internal static string BesselI1(ConversionContext c) => c.Result(OddBessel(Single(c), scaled: false));

    [Converts("special.i1e")]
    internal static string ScaledBesselI1(ConversionContext c) => c.Result(OddBessel(Single(c), scaled: true));

    private static Term LogGamma(Term x)
    {
        var left = x < 0.5;
        var z = left.Choose(-x, x - 1); // Gamma(z + 1), of 1 - x on the left.
        var sum = z * 0 + Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
            sum += (z + i).Apply("Reciprocal") * Lanczos[i];
        var t = z + 7.5;
        var log = (z + 0.5) * t.Log() - t + sum.Log() + 0.5 * Math.Log(2 * Math.PI);
        var sine = ((x - x.Floor()) * Math.PI).Apply("Sin").Abs();
        var result = left.Choose(Math.Log(Math.PI) - sine.Log() - log, log);
        return x.Abs().Is(double.PositiveInfinity).Choose(x.Abs(), result);
    }

    // e^-|x| I(x), or I(x) itself.
    private static Term Bessel(Term x, double[] center, double[] tail, bool scaled)
    {
        var size = x.Abs();
        var t = size / 3.75;
        var inner = Polynomial(t * t, center);
        var outer = Polynomial(t.Apply("Reciprocal"), tail) / size.Sqrt();
        return scaled ? (t < 1).Choose(inner * (-size).Exp(), outer) : (t < 1).Choose(inner, outer * size.Exp());
    }

    // The series of I1 near 0 is that of I1(x) / x, far from 0 that of I1(|x|).
    private static Term OddBessel(Term x, bool scaled)
    {
        var size = x.Abs();
        var near = size < 3.75;
        return Bessel(x, I1Center, I1Tail, scaled) * near.Choose(x, x.Sign());
    }

    private static Term Polynomial(Term x, double[] coefficients)
    {
        var sum = x * coefficients[^1];
        for (var i = coefficients.Length - 2; i > 0; i--)
            sum = (sum + coefficients[i]) * x;
        return sum + coefficients[0];
    }

    private static Term Double(ConversionContext c) => c.Term(c.FirstOf("self", "input"), ScalarType.Float64);

    private static Term Single(ConversionContext c) => c.ResultType == ScalarType.Float64
        ? throw new ConversionException("it is known to single precision only; compute it in Float32")
        : Double(c);
}

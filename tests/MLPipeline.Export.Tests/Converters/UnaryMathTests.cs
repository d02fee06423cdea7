using static MLPipeline.Export.Tests.Converters.Elementwise;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Elementary and special functions: over their domains, beyond them, and near 0, where a difference of two near numbers loses all digits.</summary>
public class UnaryMathTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["exponentials"] = UnaryMany(x => [x.exp(), x.exp2(), x.expm1(), special.exp2(x), special.expm1(x)]),
        ["exponentials of doubles"] = UnaryMany(x => [x.exp(), x.exp2(), x.expm1()], ScalarType.Float64),
        ["exponentials of integers"] = UnaryMany(x => [x.exp(), x.exp2(), x.expm1()], ScalarType.Int32),
        ["logarithms"] = UnaryMany(x => [x.log(), x.log2(), x.log10(), x.log1p()], center: 9),
        ["logarithms of doubles"] = UnaryMany(x => [x.log(), x.log2(), x.log10(), x.log1p()], ScalarType.Float64, center: 9),
        ["logarithms of halves"] = UnaryMany(x => [x.log(), x.log2(), x.log10(), x.log1p()], ScalarType.Float16, center: 9),
        ["near 0"] = NearZero(x => [x.expm1() / x, x.log1p() / x, x.sinh() / x, x.asinh() / x, x.atanh() / x, x.sinc()], ScalarType.Float32),
        ["doubles near 0"] = NearZero(x => [x.expm1() / x, x.log1p() / x, x.sinh() / x, x.asinh() / x, x.atanh() / x], ScalarType.Float64),
        ["far from 0"] = UnaryMany(x => [(x * 100).expm1().clamp(-9, 9), (x.abs() * 1e9).log1p(), (x * 1e30f).log1p(), (x * 20).sigmoid()], center: 3, spread: 0.1),
        ["circle"] = UnaryMany(x => [x.sin(), x.cos(), x.tan(), x.atan(), x.arctan()]),
        ["circle of doubles"] = UnaryMany(x => [x.sin(), x.cos(), x.tan()], ScalarType.Float64),
        ["inverses on the circle"] = UnaryMany(x => [x.asin(), x.acos(), x.arcsin(), x.arccos()], spread: 0.1),
        ["hyperbola"] = UnaryMany(x => [x.sinh(), x.cosh(), x.asinh(), x.arcsinh()]),
        ["hyperbola of doubles"] = UnaryMany(x => [x.sinh(), x.cosh(), x.asinh()], ScalarType.Float64),
        ["inverse hyperbolic cosine"] = UnaryMany(x => [x.acosh(), x.arccosh()], center: 9),
        ["inverse hyperbolic cosine of doubles"] = UnaryMany(x => [x.acosh()], ScalarType.Float64, center: 9),
        ["inverse hyperbolic tangent"] = UnaryMany(x => [x.atanh(), x.arctanh()], spread: 0.1),
        ["inverse hyperbolic tangent of doubles"] = UnaryMany(x => [x.atanh()], ScalarType.Float64, spread: 0.1),
        ["angles, of zeros and infinities too"] = BinaryMany((a, b) => [a.atan2(b), a.arctan2(b), atan2(a, b)]),
        ["angles with signed zeros"] = BinaryMany((a, b) => [1 / a.copysign(b).atan2(b)], center: 3),
        ["angles of integers"] = BinaryMany((a, b) => [a.atan2(b)], ScalarType.Int32),
        ["sinc"] = UnaryMany(x => [x.sinc(), special.sinc(x)]),
        ["error function"] = UnaryMany(x => [x.erf(), x.erfc(), special.erf(x), special.erfc(x), special.erfcx(x), special.ndtr(x)]),
        ["logit"] = UnaryMany(x => [x.logit(), x.logit(0.1), special.logit(x), special.expit(x), special.sigmoid(x), special.entr(x)], center: 0.5, spread: 0.05),
        ["product with a logarithm"] = BinaryMany((a, b) => [a.xlogy(b), special.xlog1py(a, b), a.xlogy(2.5)], center: 9),
        ["logarithm of a sum"] = BinaryMany((a, b) => [a.logaddexp(b), a.logaddexp2(b), (a * 100).logaddexp(b * 100)]),
        ["logarithm of the gamma function"] = UnaryMany(x => [x.lgamma(), special.gammaln(x), (x * 1e6).lgamma() * 1e-6, (x.abs() + 2).mvlgamma(3), special.multigammaln(x.abs() + 2, 2)], center: 0.1, spread: 1),
        ["gamma function of doubles"] = UnaryMany(x => [x.lgamma(), x.digamma()], ScalarType.Float64, center: 5),
        ["digamma function"] = UnaryMany(x => [x.digamma(), special.psi(x), special.digamma(x)], center: 5),
        ["inverse of the error function"] = UnaryMany(x => [(x * 0.2).erfinv(), special.erfinv(x), (1 - x.abs() * 1e-5).erfinv()], spread: 0.1),
        ["Bessel functions"] = UnaryMany(x => [x.i0(), special.i0(x), special.i0e(x), special.i1(x), special.i1e(x), special.i0e(x * 5), special.i1e(x * 5)]),
        ["degrees"] = UnaryMany(x => [x.deg2rad(), x.rad2deg()]),
        ["degrees of integers"] = UnaryMany(x => [x.deg2rad()], ScalarType.Int64),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    // Divided by x these functions are near 1, where a relative error shows.
    private static OperatorCase NearZero(Func<Tensor, IReadOnlyList<Tensor>> functions, ScalarType type) =>
        UnaryMany(functions, type, center: 0.3, spread: 0.01) with
        {
            Edges = () => [[tensor([1e-3, -1e-3, 1e-6, -1e-6, 3e-8, -3e-8, 1e-10, 1e-20, -1e-30, 0.4, -0.4]).to(type)]],
        };
}

using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Comparisons, and questions about single elements. An in-place comparison writes 0 and 1 into its receiver.</summary>
internal static class Comparisons
{
    [Converts("Tensor.eq")]
    internal static string Equal(ConversionContext c) => Compare(c, (a, b) => a.Is(b));

    [Converts("Tensor.ne")]
    internal static string NotEqual(ConversionContext c) => Compare(c, (a, b) => !a.Is(b));

    [Converts("Tensor.lt")]
    internal static string Less(ConversionContext c) => Compare(c, (a, b) => a < b);

    [Converts("Tensor.le")]
    internal static string LessOrEqual(ConversionContext c) => Compare(c, (a, b) => a <= b);

    [Converts("Tensor.gt")]
    internal static string Greater(ConversionContext c) => Compare(c, (a, b) => a > b);

    [Converts("Tensor.ge")]
    internal static string GreaterOrEqual(ConversionContext c) => Compare(c, (a, b) => a >= b);

    [Converts("Tensor.isclose")]
    internal static string IsClose(ConversionContext c)
    {
        var type = Operands.Precise(c.Promoted("self", "other"));
        var (a, b) = (c.Term("self", type), c.Term("other", type));
        var close = a.Is(b);
        // Integers are compared as the default type.
        var (x, y) = Promotion.IsFloat(type) ? (a, b) : (a.To(ScalarType.Float32), b.To(ScalarType.Float32));
        var distance = (x - y).Abs();
        close |= (distance <= y.Abs() * c.Number("rtol", 1e-5) + c.Number("atol", 1e-8)) & (distance < double.PositiveInfinity);
        if (c.Bool("nanEqual") && Promotion.IsFloat(type))
            close |= a.IsNaN() & b.IsNaN();
        return c.Result(close);
    }

    [Converts("Tensor.isnan")]
    internal static string IsNaN(ConversionContext c) => Ask(c, x => x.IsNaN(), whole: false);

    [Converts("Tensor.isinf")]
    internal static string IsInfinite(ConversionContext c) => Ask(c, x => x.Ask("IsInf"), whole: false);

    // NaN is not smaller than anything.
    [Converts("Tensor.isfinite")]
    internal static string IsFinite(ConversionContext c) => Ask(c, x => x.Abs() < double.PositiveInfinity, whole: true);

    [Converts("Tensor.isneginf")]
    internal static string IsNegativeInfinity(ConversionContext c) => Ask(c, x => x.Is(double.NegativeInfinity), whole: false);

    [Converts("Tensor.isposinf")]
    internal static string IsPositiveInfinity(ConversionContext c) => Ask(c, x => x.Is(double.PositiveInfinity), whole: false);

    [Converts("Tensor.isreal")]
    internal static string IsReal(ConversionContext c) => c.Result(Everywhere(c, true));

    [Converts("Tensor.signbit")]
    internal static string SignBit(ConversionContext c)
    {
        var x = c.Term("self");
        return c.Result(x.Type is ScalarType.Bool or ScalarType.Byte ? Everywhere(c, false) : x.IsNegative());
    }

    private static string Compare(ConversionContext c, Func<Term, Term, Term> comparison)
    {
        var other = c.FirstOf("target", "other");
        var type = c.Promoted("self", other);
        return c.Result(comparison(c.Term("self", type), c.Term(other, type)));
    }

    private static string Ask(ConversionContext c, Func<Term, Term> question, bool whole)
    {
        var x = c.Term("self");
        return c.Result(Promotion.IsFloat(x.Type) ? question(x) : Everywhere(c, whole));
    }

    // The same answer for every element: nothing is both true and not.
    private static Term Everywhere(ConversionContext c, bool answer)
    {
        var truth = c.Term("self", ScalarType.Bool);
        return answer ? truth | !truth : truth & !truth;
    }
}

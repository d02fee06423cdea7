using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Operators on truth values, and on the bits of integers.</summary>
internal static class Logic
{
    [Converts("Tensor.logical_and")]
    internal static string And(ConversionContext c) => OfTruths(c, (a, b) => a & b);

    [Converts("Tensor.logical_or")]
    internal static string Or(ConversionContext c) => OfTruths(c, (a, b) => a | b);

    [Converts("Tensor.logical_xor")]
    internal static string Xor(ConversionContext c) => OfTruths(c, (a, b) => a ^ b);

    [Converts("Tensor.logical_not")]
    internal static string Not(ConversionContext c) => c.Result(!c.Term("self", ScalarType.Bool));

    [Converts("Tensor.bitwise_and")]
    internal static string BitwiseAnd(ConversionContext c) => OfBits(c, "BitwiseAnd", (a, b) => a & b);

    [Converts("Tensor.bitwise_or")]
    internal static string BitwiseOr(ConversionContext c) => OfBits(c, "BitwiseOr", (a, b) => a | b);

    [Converts("Tensor.bitwise_xor")]
    internal static string BitwiseXor(ConversionContext c) => OfBits(c, "BitwiseXor", (a, b) => a ^ b);

    // In two's complement, ~x is -x - 1; bytes have no sign and count down from 255.
    [Converts("Tensor.bitwise_not")]
    internal static string BitwiseNot(ConversionContext c)
    {
        var x = c.Term("self");
        return c.Result(x.Type switch
        {
            ScalarType.Bool => !x,
            ScalarType.Byte => 255 - x,
            _ => -x - 1,
        });
    }

    [Converts("Tensor.bitwise_left_shift")]
    internal static string LeftShift(ConversionContext c) => Shift(c, (x, power) => x * power);

    // Towards minus infinity: the sign moves in from the left.
    [Converts("Tensor.bitwise_right_shift")]
    internal static string RightShift(ConversionContext c) => Shift(c, (x, power) => x.FloorDivide(power));

    private static string OfTruths(ConversionContext c, Func<Term, Term, Term> operation) =>
        c.Result(operation(c.Term("self", ScalarType.Bool), c.Term("other", ScalarType.Bool)));

    private static string OfBits(ConversionContext c, string op, Func<Term, Term, Term> onBools)
    {
        var type = c.Promoted("self", "other");
        var (a, b) = (c.Term("self", type), c.Term("other", type));
        if (type == ScalarType.Bool)
            return c.Result(onBools(a, b));
        if (c.Opset < 18)
            throw new ConversionException($"{c.Key} of {type} needs opset 18 ({op}); this file is written for {c.Opset}. For truth values, use tensors of bool");
        return c.Result(a.With(b, op));
    }

    // Powers of two up to 2^62 are exact in ONNX Runtime's integer Pow.
    private static string Shift(ConversionContext c, Func<Term, Term, Term> operation)
    {
        var type = c.Promoted("self", "other");
        var (x, by) = (c.Term("self", type), c.Term("other", type));
        return c.Result(operation(x, x.Number(2).Pow(by)));
    }
}

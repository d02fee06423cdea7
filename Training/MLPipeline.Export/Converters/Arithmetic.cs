using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Elementwise arithmetic of two operands, with PyTorch's type promotion.</summary>
internal static class Arithmetic
{
    [Converts("Tensor.add")]
    internal static string Add(ConversionContext c) => Binary(c, "Add", Scaled(c));

    [Converts("Tensor.sub")]
    internal static string Sub(ConversionContext c) => Binary(c, "Sub", Scaled(c));

    [Converts("Tensor.mul")]
    internal static string Mul(ConversionContext c) => Binary(c, "Mul", Other(c));

    [Converts("Tensor.div")]
    internal static string Div(ConversionContext c)
    {
        if (c.Literal("rounding_mode") is { } mode && mode.ToString() != "None")
            throw new ConversionException($"division with rounding mode {mode} is not supported; divide and use floor or trunc");
        return Binary(c, "Div", Other(c));
    }

    [Converts("Tensor.neg")]
    internal static string Neg(ConversionContext c) => c.Op("Neg", [c.Tensor("self")]);

    [Converts("Tensor.reciprocal")]
    internal static string Reciprocal(ConversionContext c) => c.Op("Reciprocal", [c.Cast(c.Tensor("self"), c.Value("self").Type, c.ResultType)]);

    private static string Binary(ConversionContext c, string op, string other) =>
        c.Op(op, [c.Cast(c.Tensor("self"), c.Value("self").Type, c.ResultType), other]);

    // The second operand in the result's type: a tensor, or a number.
    private static string Other(ConversionContext c)
    {
        var parameter = c.FirstOf("target", "scalar", "other");
        return c.Argument(parameter) is Argument.TensorValue tensor
            ? c.Cast(c.Tensor(parameter), tensor.Value.Type, c.ResultType)
            : c.Scalar(c.Number(parameter), c.ResultType);
    }

    private static string Scaled(ConversionContext c) => c.Has("alpha") && c.Number("alpha") != 1
        ? c.Op("Mul", [Other(c), c.Scalar(c.Number("alpha"), c.ResultType)])
        : Other(c);
}

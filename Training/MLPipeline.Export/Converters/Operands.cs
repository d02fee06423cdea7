using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>The arguments of a call as terms, and a term as its result.</summary>
internal static class Operands
{
    /// <summary>A tensor argument, in its own type.</summary>
    public static Term Term(this ConversionContext c, string parameter) => new(c, c.Tensor(parameter), c.Value(parameter).Type);

    /// <summary>A tensor or a number, in a given type.</summary>
    public static Term Term(this ConversionContext c, string parameter, ScalarType type) => c.Argument(parameter) switch
    {
        Argument.TensorValue => c.Term(parameter).To(type),
        Argument.Integer { Value.IsConstant: false } or Argument.Number { Value.IsConstant: false } => new Term(c, c.ScalarOf(parameter, type), type),
        _ => c.Constant(c.Number(parameter), type),
    };

    /// <summary>A number.</summary>
    public static Term Constant(this ConversionContext c, double value, ScalarType type) => type == ScalarType.BFloat16
        ? new Term(c, c.Scalar(value, ScalarType.Float32), ScalarType.Float32).To(type)
        : new Term(c, c.Scalar(value, type), type);

    /// <summary>The type that some arguments are brought to before they are computed with. An in-place call may give another type than this.</summary>
    public static ScalarType Promoted(this ConversionContext c, params ReadOnlySpan<string> parameters)
    {
        var operands = new List<Argument>();
        foreach (var parameter in parameters)
            operands.Add(c.Argument(parameter) ?? throw new ConversionException($"'{parameter}' was not given"));
        return Promotion.Of(operands);
    }

    /// <summary>The type for a formula of several nodes: halves are computed in Float32 and rounded once, as PyTorch does.</summary>
    public static ScalarType Precise(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : type;

    /// <summary>The tensor of a function of real numbers, in the type to compute a formula in: integers count as the floats the result is made of.</summary>
    public static Term Real(this ConversionContext c, string parameter) =>
        c.Term(parameter, Precise(Promotion.IsFloat(c.Value(parameter).Type) ? c.Value(parameter).Type : c.ResultType));

    /// <summary>The axis to work along, counted from the front of a tensor argument.</summary>
    /// <exception cref="ConversionException">The tensor has no axes: PyTorch lets it pass for one with a single axis, ONNX does not.</exception>
    public static long AxisAlong(this ConversionContext c, string parameter, string tensor, long? fallback = null) => c.Rank(tensor) > 0
        ? ConversionContext.Axis(c.Int(parameter, fallback), c.Rank(tensor))
        : throw new ConversionException("the tensor has no axes; give it one with unsqueeze(0), and take it away after");

    /// <summary>The result: the term, in the type the call gave.</summary>
    public static string Result(this ConversionContext c, Term term) => term.To(c.ResultType).Name;
}

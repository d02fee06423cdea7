using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// PyTorch's type promotion (torch.result_type): tensors with axes decide, unless a tensor without axes, or else a number, is of a higher
/// category (bool, integer, floating point).
/// </summary>
internal static class Promotion
{
    /// <summary>The type that operands are brought to.</summary>
    public static ScalarType Of(IEnumerable<Argument> operands)
    {
        ScalarType? tensors = null, scalars = null, numbers = null;
        foreach (var operand in operands)
        {
            switch (operand)
            {
                case Argument.TensorValue { Value: { Shape.Length: > 0 } value }:
                    tensors = Join(tensors, value.Type);
                    break;
                case Argument.TensorValue { Value: var value }:
                    scalars = Join(scalars, value.Type);
                    break;
                default:
                    numbers = Join(numbers, TypeOf(operand));
                    break;
            }
        }

        return Outrank(tensors, Outrank(scalars, numbers)) ?? throw new ConversionException("there is no operand to take a type from");
    }

    /// <summary>Whether a type holds fractions.</summary>
    public static bool IsFloat(ScalarType type) => Category(type) == 2;

    // PyTorch's default types: a number of the language is a Float32, Int64 or Bool.
    private static ScalarType TypeOf(Argument number) => number switch
    {
        Argument.Number => ScalarType.Float32,
        Argument.Integer or Argument.Literal { Value: long } => ScalarType.Int64,
        Argument.Literal { Value: bool } => ScalarType.Bool,
        _ => throw new ConversionException($"found {number.GetType().Name} where a tensor or a number is expected"),
    };

    private static ScalarType Join(ScalarType? a, ScalarType b) => a is null ? b : promote_types(a.Value, b);

    private static ScalarType? Outrank(ScalarType? first, ScalarType? second)
    {
        if (first is null || second is null)
            return first ?? second;
        return Category(first.Value) >= Category(second.Value) ? first : promote_types(first.Value, second.Value);
    }

    private static int Category(ScalarType type) => type switch
    {
        ScalarType.Bool => 0,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64 => 2,
        _ => 1,
    };
}

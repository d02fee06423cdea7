using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Lengths;

/// <summary>
/// Writes numbers that depend on symbolic axes, such as the sqrt(time) that scores are divided by: a whole function of known lengths, or
/// k * s^p or k * log(s) for a known length s and p of 1, -1, 1/2, -1/2, 2 or -2. They are worked out in double and rounded once.
/// </summary>
internal sealed class SymbolicScalars(ConversionContext context, SymbolicLengths lengths)
{
    private const double Rounding = 1e-6; // A number may have been worked out in float.
    private static readonly double[] Powers = [1, 0.5, -1, -0.5, 2, -2];

    /// <summary>A number as a tensor of rank 0.</summary>
    /// <param name="number">The number.</param>
    /// <param name="type">The tensor's type.</param>
    /// <param name="parameter">What messages call it.</param>
    /// <exception cref="ConversionException">It is none of these.</exception>
    public string Scalar(SymbolicNumber number, ScalarType type, string parameter)
    {
        if (lengths.Find(number) is { } whole)
            return Rank0(context.Cast(lengths.Write(whole), ScalarType.Int64, type));
        foreach (var length in lengths.Known)
        {
            foreach (var power in Powers)
            {
                if (Factor(number, length, l => Math.Pow(l, power)) is { } factor)
                    return Product(Of("Pow", length, context.Scalar(power, ScalarType.Float64)), factor, type);
            }

            if (Factor(number, length, Math.Log) is { } scale)
                return Product(Of("Log", length), scale, type);
        }

        throw new ConversionException($"'{parameter}' is {lengths.Describe(number)}: {SymbolicLengths.Refusal}");
    }

    /// <summary>A tensor of such numbers.</summary>
    /// <exception cref="UnknownTensorException">One of them is none of these, so the tensor came from elsewhere.</exception>
    public string Tensor(TracedValue value, IReadOnlyList<SymbolicNumber> elements)
    {
        try
        {
            var parts = elements.Select(e => e.IsConstant
                ? context.Op("Reshape", [context.Scalar(e.Constant, value.Type), context.Vector(1)])
                : context.Op("Reshape", [Scalar(e, value.Type, "an element"), context.Vector(1)]));
            return context.Op("Reshape", [context.Op("Concat", parts.ToList(), ("axis", 0L)), context.Vector(value.Shape)]);
        }
        catch (ConversionException e)
        {
            throw new UnknownTensorException($"an argument {TraceMerger.UnknownTensor(value.Shape)} ({e.Message})");
        }
    }

    private string Of(string opType, KnownLength length, params string[] more) =>
        context.Op(opType, [context.Cast(lengths.Write(new LengthExpression.Known(length)), ScalarType.Int64, ScalarType.Float64), .. more]);

    private string Product(string name, double factor, ScalarType type)
    {
        var scaled = factor == 1 ? name : context.Op("Mul", [name, context.Scalar(factor, ScalarType.Float64)]);
        return Rank0(context.Cast(scaled, ScalarType.Float64, type));
    }

    private string Rank0(string vector) => context.Op("Squeeze", [vector, context.Vector(0)]);

    // k, if the number is k * function(length) at every traced point; a k that is 1 but for rounding is 1.
    private static double? Factor(SymbolicNumber number, KnownLength length, Func<double, double> function)
    {
        var ratios = number.Seen.Zip(length.Seen, (seen, l) => seen / function(l)).ToList();
        if (!double.IsFinite(ratios[0]) || ratios[0] == 0 || ratios.Any(r => !(Math.Abs(r - ratios[0]) <= Rounding * Math.Abs(ratios[0]))))
            return null;
        return Math.Abs(ratios[0] - 1) < Rounding ? 1 : ratios[0];
    }
}

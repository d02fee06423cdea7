using System.Numerics;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>A constant worked out in double and rounded once to the type it is stored in, or the reason why it can't be.</summary>
internal sealed class FoldedTensor
{
    private readonly TensorData? _data;

    private FoldedTensor(ElementType type, Func<(TensorData Data, double? Lost)> make)
    {
        if (type is not (ElementType.Float or ElementType.Double or ElementType.Float16))
        {
            WhyNot = $"would be {type.OnnxName()}, which is not folded";
            return;
        }

        (_data, var lost) = make();
        if (!IsFinite(_data)) WhyNot = $"do not fit {type.OnnxName()}: they are not finite";
        else if (lost is { } small) WhyNot = $"do not fit {type.OnnxName()}: {small:G3} is too small for it";
    }

    /// <summary>Why it cannot be stored; <see langword="null"/> when it can.</summary>
    public string? WhyNot { get; }

    /// <summary>The elements.</summary>
    /// <exception cref="InvalidOperationException">They can't be stored.</exception>
    public TensorData Data => WhyNot is null ? _data! : throw new InvalidOperationException($"The values {WhyNot}.");

    /// <summary>Values to be rounded to a type.</summary>
    public static FoldedTensor Of(ElementType type, double[] values, params long[] dims) => new(type, () => (TensorConversions.FromDoubles(type, values, dims), null));

    /// <summary>Weights, scaled by a factor for each place on their first two axes.</summary>
    public static FoldedTensor Scaled(TensorData weight, Func<long, long, double> factor) => new(weight.Type, () => WeightScaling.Scale(weight, factor));

    private static bool IsFinite(TensorData data) => data.Type switch
    {
        ElementType.Float => AllFinite(data.AsSpan<float>()),
        ElementType.Double => AllFinite(data.AsSpan<double>()),
        _ => AllFinite(data.AsSpan<Half>()),
    };

    private static bool AllFinite<T>(ReadOnlySpan<T> values) where T : INumberBase<T>
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value)) return false;
        }

        return true;
    }
}

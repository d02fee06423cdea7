using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>A constant worked out in double, to be rounded once to the type it is stored in.</summary>
/// <param name="Type">The type stored.</param>
/// <param name="Values">The elements, row-major.</param>
/// <param name="Dims">The axes.</param>
internal sealed record FoldedTensor(ElementType Type, double[] Values, params long[] Dims)
{
    /// <summary>Why it cannot be stored; <see langword="null"/> when it can.</summary>
    public string? WhyNot =>
        Type is not (ElementType.Float or ElementType.Double or ElementType.Float16) ? $"would be {Type.OnnxName()}, which is not folded"
        : !Values.All(double.IsFinite) ? "are not finite"
        : !ToTensor().ToDoubles().All(double.IsFinite) ? $"do not fit {Type.OnnxName()}"
        : null;

    /// <summary>The elements, rounded.</summary>
    public TensorData ToTensor() => TensorConversions.FromDoubles(Type, Values, Dims);
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>One node of a chain: x times, divided by, plus or minus a constant of float or double; not c / x nor c - x.</summary>
/// <param name="Node">The node.</param>
/// <param name="Value">The name of x.</param>
/// <param name="Constant">The constant.</param>
/// <param name="Multiplies">Whether it is a factor or a divisor, and no summand.</param>
/// <param name="Inverse">Whether x is divided by it, or it is taken from x.</param>
internal sealed record ConstantStep(Node Node, string Value, TensorData Constant, bool Multiplies, bool Inverse)
{
    /// <summary>The step that a node is; null when it is none.</summary>
    public static ConstantStep? Of(Node node, Graph graph)
    {
        var (multiplies, inverse) = (node.Is("Mul") || node.Is("Div"), node.Is("Div") || node.Is("Sub"));
        if (!multiplies && !inverse && !node.Is("Add")) return null;
        var at = graph.Constant(node.Input(1)) is not null ? 1 : 0;
        if (inverse && at == 0) return null;
        return graph.Constant(node.Input(at)) is { Type: ElementType.Float or ElementType.Double or ElementType.Float16 } constant
            ? new ConstantStep(node, node.Input(1 - at), constant, multiplies, inverse)
            : null;
    }

    /// <summary>Whether two summands point in one direction: x + 2^23 - 2^23 is a way to round, and no way to add nothing.</summary>
    public bool AgreesInSign(ConstantStep other)
    {
        double[] all = [.. Signed(this), .. Signed(other)];
        return all.All(double.IsFinite) && (all.All(v => v >= 0) || all.All(v => v <= 0));

        static IEnumerable<double> Signed(ConstantStep step) => step.Constant.ToDoubles().Select(v => step.Inverse ? -v : v);
    }
}

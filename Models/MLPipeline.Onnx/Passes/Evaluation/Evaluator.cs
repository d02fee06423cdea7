using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Runs single nodes over constants: the operators that lay out weights and compute shapes.</summary>
internal static class Evaluator
{
    private static readonly Dictionary<string, Func<Node, IReadOnlyList<TensorData?>, TensorData?>> Operators = new()
    {
        ["Constant"] = (node, _) => Constant(node),
        ["Identity"] = (_, x) => x[0],
        ["Reshape"] = Layout.Reshape,
        ["Flatten"] = Layout.Flatten,
        ["Squeeze"] = Layout.Squeeze,
        ["Unsqueeze"] = Layout.Unsqueeze,
        ["Transpose"] = Layout.Transpose,
        ["Concat"] = Layout.Concat,
        ["Gather"] = Layout.Gather,
        ["Cast"] = (node, x) => Conversion.Cast(x[0]!, (ElementType)node.Int("to", 0)),
        ["Add"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Add, x[0]!, x[1]!),
        ["Sub"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Subtract, x[0]!, x[1]!),
        ["Mul"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Multiply, x[0]!, x[1]!),
        ["Div"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Divide, x[0]!, x[1]!),
    };

    /// <summary>The node's only output.</summary>
    /// <param name="node">A node of ONNX's own domain.</param>
    /// <param name="inputs">Its inputs; <see langword="null"/> for an absent optional one.</param>
    /// <returns><see langword="null"/> when the operator, the types or the shapes are none that this evaluates.</returns>
    public static TensorData? Evaluate(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var optional = node.OpType is "Squeeze" ? 1 : inputs.Count;
        if (inputs.Take(optional).Contains(null)) return null;
        return Operators.TryGetValue(node.OpType, out var run) ? run(node, inputs) : null;
    }

    private static TensorData? Constant(Node node) => node.Attributes.Values.FirstOrDefault() switch
    {
        AttributeValue.Tensor a => a.Value,
        AttributeValue.Int a => TensorData.Scalar(a.Value),
        AttributeValue.Float a => TensorData.Scalar(a.Value),
        AttributeValue.Ints a => TensorData.Vector([.. a.Value]),
        AttributeValue.Floats a => TensorData.FromFloats([.. a.Value], a.Value.Count),
        _ => null,
    };
}

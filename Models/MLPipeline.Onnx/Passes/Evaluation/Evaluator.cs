using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Runs single nodes over constants: the operators that lay out weights, compute shapes, and make masks and tables of positions.</summary>
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
        ["Slice"] = Slicing.Slice,
        ["Expand"] = Expansion.Expand,
        ["Tile"] = Expansion.Tile,
        ["ConstantOfShape"] = Expansion.ConstantOfShape,
        ["Range"] = Expansion.Range,
        ["Where"] = (_, x) => Comparison.Where(x[0]!, x[1]!, x[2]!),
        ["Size"] = (_, x) => TensorData.Scalar(x[0]!.Count),
        ["Cast"] = (node, x) => Conversion.Cast(x[0]!, (ElementType)node.Int("to", 0)),
        ["Add"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Add, x[0]!, x[1]!),
        ["Sub"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Subtract, x[0]!, x[1]!),
        ["Mul"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Multiply, x[0]!, x[1]!),
        ["Div"] = (_, x) => Arithmetic.Binary(ArithmeticOperator.Divide, x[0]!, x[1]!),
        ["Min"] = (_, x) => x.Count == 2 ? Arithmetic.Binary(ArithmeticOperator.Minimum, x[0]!, x[1]!) : null,
        ["Max"] = (_, x) => x.Count == 2 ? Arithmetic.Binary(ArithmeticOperator.Maximum, x[0]!, x[1]!) : null,
        ["Mod"] = (node, x) => node.Int("fmod", 0) == 0 ? Arithmetic.Binary(ArithmeticOperator.Modulo, x[0]!, x[1]!) : null,
        ["And"] = (_, x) => Comparison.Logic(x[0]!, x[1]!, static (a, b) => a && b),
        ["Or"] = (_, x) => Comparison.Logic(x[0]!, x[1]!, static (a, b) => a || b),
        ["Xor"] = (_, x) => Comparison.Logic(x[0]!, x[1]!, static (a, b) => a != b),
        ["Not"] = (_, x) => Comparison.Not(x[0]!),
        ["Equal"] = Compare,
        ["Less"] = Compare,
        ["LessOrEqual"] = Compare,
        ["Greater"] = Compare,
        ["GreaterOrEqual"] = Compare,
        ["Neg"] = Unary,
        ["Abs"] = Unary,
        ["Floor"] = Unary,
        ["Ceil"] = Unary,
        ["Sqrt"] = Unary,
        ["ReduceSum"] = Reduction.Reduce,
        ["ReduceProd"] = Reduction.Reduce,
        ["ReduceMin"] = Reduction.Reduce,
        ["ReduceMax"] = Reduction.Reduce,
    };

    // Of operators whose inputs were attributes once.
    private static readonly Dictionary<string, int> Least = new() { ["Unsqueeze"] = 2, ["Reshape"] = 2, ["Slice"] = 3, ["Tile"] = 2, ["Expand"] = 2 };

    /// <summary>The node's only output.</summary>
    /// <param name="node">A node of ONNX's own domain.</param>
    /// <param name="inputs">Its inputs; <see langword="null"/> for an absent optional one.</param>
    /// <returns><see langword="null"/> when the operator, the types or the shapes are none that this evaluates.</returns>
    public static TensorData? Evaluate(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var optional = node.OpType is "Slice" ? 3 : node.OpType is "Squeeze" || node.OpType.StartsWith("Reduce", StringComparison.Ordinal) ? 1 : inputs.Count;
        if (inputs.Take(optional).Contains(null)) return null;
        // Before opset 13 the axes were an attribute, and nothing else says which they are.
        if (node.OpType is "Squeeze" or "Unsqueeze" or "Slice" && (node.Attributes.ContainsKey("axes") || node.Attributes.ContainsKey("starts"))) return null;
        if (Least.TryGetValue(node.OpType, out var least) && inputs.Count < least) return null;
        return Operators.TryGetValue(node.OpType, out var run) ? run(node, inputs) : null;
    }

    private static TensorData? Compare(Node node, IReadOnlyList<TensorData?> x) => Comparison.Compare(node.OpType, x[0]!, x[1]!);

    private static TensorData? Unary(Node node, IReadOnlyList<TensorData?> x) => UnaryArithmetic.Apply(node.OpType, x[0]!);

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

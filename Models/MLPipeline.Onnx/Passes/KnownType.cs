using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>What a value is known to hold: what the graph says, or what follows from the nodes that make it.</summary>
internal static class KnownType
{
    private const int Depth = 16;

    private static readonly HashSet<string> SameAsFirstInput =
    [
        "Identity", "Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid", "Tanh", "Softplus", "Neg", "Abs", "Sqrt", "Exp", "Log", "Erf", "Floor", "Ceil",
        "Add", "Sub", "Mul", "Div", "MatMul", "Gemm", "Conv", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Gather", "Expand", "Tile", "Concat",
    ];

    private static readonly HashSet<string> Truth = ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf"];

    /// <summary>The element type; null when it is not known.</summary>
    public static ElementType? Of(string name, Graph graph) => Of(name, graph, Depth);

    private static ElementType? Of(string name, Graph graph, int depth)
    {
        if (graph.Info(name)?.Type is { } known) return known;
        if (depth == 0 || graph.Producer(name) is not { Domain.Length: 0 } node || node.Output != name) return null;
        if (SameAsFirstInput.Contains(node.OpType)) return Of(node.Input(0), graph, depth - 1);
        if (Truth.Contains(node.OpType)) return ElementType.Bool;
        return node.OpType switch
        {
            "Cast" => (ElementType)node.Int("to", 0),
            "Shape" or "Size" => ElementType.Int64,
            _ => null,
        };
    }
}

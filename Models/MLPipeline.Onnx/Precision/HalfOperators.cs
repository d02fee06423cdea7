using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Precision;

/// <summary>Which operators compute in half precision, and what is known of the types of the others.</summary>
internal static class HalfOperators
{
    // Sums of many products: the kernels that have them in half precision add up in single, and it is they that half precision pays for.
    private static readonly HashSet<string> Compute = ["Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum", "LSTM", "GRU", "RNN"];

    // Element by element, or elements only moved: in half precision when their inputs are.
    private static readonly HashSet<string> Follow =
    [
        "Add", "Sub", "Mul", "Div", "Min", "Max", "Neg", "Abs", "Clip", "Where", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "ThresholdedRelu",
        "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Softsign", "Erf", "Softmax", "LogSoftmax", "Floor", "Ceil", "Round", "Sign",
        "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "InstanceNormalization", "LayerNormalization",
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Split", "Slice", "Gather", "GatherElements", "GatherND",
        "Expand", "Tile", "Pad", "DepthToSpace", "SpaceToDepth", "Resize",
    ];

    // Stay in single precision: powers, exponentials and sums leave half precision's range, and small summands its precision. (ONNX has no other Celu.)
    private static readonly HashSet<string> SameType =
    [
        "Celu", "Pow", "Sqrt", "Exp", "Log", "Reciprocal", "Sin", "Cos", "Tan", "CumSum", "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd",
        "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare", "Mod", "GridSample", "Range", "Sum", "Mean", "Trilu", "Atan", "ScatterElements", "ScatterND",
    ];

    private static readonly HashSet<string> Bool = ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "Xor", "IsNaN", "IsInf"];
    private static readonly HashSet<string> Int64 = ["Shape", "Size", "ArgMax", "ArgMin", "NonZero"];

    // Nobody means a number of this size and beyond for itself: -1e9 in a mask is "as small as can be".
    private const float Mask = 1e6f;

    /// <summary>Whether it takes values in single precision back to half.</summary>
    public static bool Computes(Node node) => IsOurs(node) && Compute.Contains(node.OpType);

    /// <summary>Whether it can be in half precision at all.</summary>
    public static bool CanBeHalf(Node node) =>
        IsOurs(node) && (Compute.Contains(node.OpType) || Follow.Contains(node.OpType)) && !(node.Is("LayerNormalization") && node.Outputs.Count > 1);

    /// <summary>Whether an input takes part in the node's precision: it is no index, shape, length or condition, and none of the scales of a Resize.</summary>
    public static bool Converts(Node node, int input) => node.OpType switch
    {
        "Where" => input > 0,
        "Pad" => input is 0 or 2,
        "LSTM" or "GRU" or "RNN" => input != 4,
        "Resize" or "Reshape" or "Squeeze" or "Unsqueeze" or "Expand" or "Tile" or "Split" or "Slice" or "Gather" or "GatherElements" or "GatherND" => input == 0,
        _ => true,
    };

    /// <summary>Whether a lone constant beyond the range of half precision may become its largest number there: it masks, or bounds nothing.</summary>
    public static bool TakesLimit(Node node, float value) => node.OpType switch
    {
        "Add" => value <= -Mask,
        "Where" or "Pad" => Math.Abs(value) >= Mask,
        "Min" => value > 0,
        "Max" => value < 0,
        "Clip" => true,
        _ => false,
    };

    /// <summary>The type of an output that nobody stated; null when it can't be told.</summary>
    public static ElementType? TypeOf(Node node, int output, Func<string, ElementType?> known)
    {
        if (!IsOurs(node)) return null;
        if (Bool.Contains(node.OpType)) return ElementType.Bool;
        if (Int64.Contains(node.OpType)) return ElementType.Int64;
        if (node.Is("Cast")) return (ElementType)node.Int("to", 0);
        if (!Compute.Contains(node.OpType) && !Follow.Contains(node.OpType) && !SameType.Contains(node.OpType)) return null;
        if (node.Is("MaxPool") && output == 1) return ElementType.Int64;
        return known(node.Input(node.Is("Where") ? 1 : 0));
    }

    private static bool IsOurs(Node node) => node.Domain is "" or "ai.onnx";
}

using System.Globalization;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Drawing;

/// <summary>What a reader wants to know of a node at a glance: kernel and stride, channels, axis, groups.</summary>
internal static class NodeCaption
{
    /// <summary>A few words; empty when the operator's name says it all.</summary>
    public static string Of(Node node, Graph graph) => string.Join(", ", Parts(node, graph).Where(part => part.Length > 0));

    private static IEnumerable<string> Parts(Node node, Graph graph) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => [Kernel(node, graph), Stride(node), Dilation(node), Groups(node), Channels(node, graph)],
        "MaxPool" or "AveragePool" or "LpPool" => [Times(node.Ints("kernel_shape")), Stride(node), node.Int("ceil_mode", 0) == 1 ? "ceil" : ""],
        "Gemm" or "MatMul" => [Channels(node, graph)],
        "Cast" => [((ElementType)node.Int("to", 1)).OnnxName()],
        "Transpose" => [node.Ints("perm") is { } perm ? $"[{string.Join(',', perm)}]" : ""],
        "LSTM" or "GRU" or "RNN" => [$"hidden {node.Int("hidden_size", 0)}", node.Text("direction", "forward")],
        "LeakyRelu" or "Elu" or "Celu" => [$"α {Number(node.Float("alpha", node.OpType == "LeakyRelu" ? 0.01f : 1f))}"],
        "Resize" => [node.Text("mode", "nearest")],
        "Einsum" => [node.Text("equation", "")],
        "Clip" => [$"{Constant(node, graph, 1, "-∞")} to {Constant(node, graph, 2, "∞")}"],
        "If" or "Loop" or "Scan" => [string.Join(", ", node.Attributes.Where(a => a.Value is AttributeValue.Graph)
            .Select(a => $"{a.Key}: {((AttributeValue.Graph)a.Value).Value.Nodes.Count} nodes"))],
        _ => [Operand(node, graph), Axis(node, graph)],
    };

    private static string Kernel(Node node, Graph graph) =>
        Times(node.Ints("kernel_shape") ?? graph.Constant(node.Input(1))?.Dims.Skip(2).ToList());

    private static string Stride(Node node) => Unless(1, "stride", node.Ints("strides"));

    private static string Dilation(Node node) => Unless(1, "dilation", node.Ints("dilations"));

    private static string Groups(Node node) => node.Int("group", 1) is var groups and not 1 ? $"groups {groups}" : "";

    private static string Channels(Node node, Graph graph)
    {
        if (graph.Constant(node.Input(1))?.Dims is not [var first, var second, ..] || node.OpType == "MatMul" && graph.Constant(node.Input(1))!.Dims.Count != 2)
            return "";
        var (from, to) = node.OpType switch
        {
            "Conv" => (second * node.Int("group", 1), first),
            "ConvTranspose" => (first, second * node.Int("group", 1)),
            "Gemm" when node.Int("transB", 0) == 1 => (second, first),
            _ => (first, second),
        };
        return $"{from}→{to}";
    }

    private static string Axis(Node node, Graph graph)
    {
        if (node.Attributes.ContainsKey("axis"))
            return $"axis {node.Int("axis", 0)}";
        var axes = node.Ints("axes") ?? (node.OpType is "Squeeze" or "Unsqueeze" or "ReduceSum" ? Integers(node, graph, 1) : null);
        return axes is null ? "" : $"axes {string.Join(',', axes)}";
    }

    // A lone number beside a tensor, or the shape to bring it to.
    private static string Operand(Node node, Graph graph) => node.OpType switch
    {
        "Reshape" or "Expand" or "Tile" => Integers(node, graph, 1) is { } shape ? $"[{string.Join(',', shape)}]" : "",
        "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Min" or "Max" or "Greater" or "Less" or "Equal" => Constant(node, graph, 0, "") + Constant(node, graph, 1, ""),
        _ => "",
    };

    private static string Constant(Node node, Graph graph, int input, string otherwise) =>
        graph.Constant(node.Input(input)) is { Count: 1 } data && (data.Type.IsFloatingPoint() || data.Type is ElementType.Int64 or ElementType.Int32)
            ? Number(data.Type switch
            {
                ElementType.Int64 => data.AsSpan<long>()[0],
                ElementType.Int32 => data.AsSpan<int>()[0],
                _ => data.ToDoubles()[0],
            })
            : otherwise;

    private static long[]? Integers(Node node, Graph graph, int input) =>
        graph.Constant(node.Input(input)) is { Type: ElementType.Int64 } data ? data.AsSpan<long>().ToArray() : null;

    private static string Unless(long usual, string name, IReadOnlyList<long>? values) =>
        values is null || values.All(v => v == usual) ? "" : $"{name} {(values.Distinct().Count() == 1 ? values[0].ToString(CultureInfo.InvariantCulture) : Times(values))}";

    private static string Times(IReadOnlyList<long>? lengths) => lengths is null ? "" : string.Join('×', lengths);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}

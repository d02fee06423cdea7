using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>x + c, x - c, c - x, x * c, x / c and -x, with a constant c that has one value, or one for each channel of x.</summary>
internal static class ChannelArithmetic
{
    /// <summary>Whether a node is one of these, with whatever constant.</summary>
    public static bool Is(Node node, Graph graph) => node.Is("Neg") || ConstantInput(node, graph) is not null;

    /// <summary>The name of x; the node's only input that is no constant.</summary>
    public static string ValueOf(Node node, Graph graph) => node.Input(ConstantInput(node, graph) is 0 ? 1 : 0);

    /// <summary>What the node does to each channel of x; null when it differs within a channel or makes several channels of one.</summary>
    /// <param name="node">A node that <see cref="Is"/> one.</param>
    /// <param name="axis">Where the node's result has its channels.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="lengthIsKnown">Whether x is known to have the same axes as the result: it comes from the node whose channels these are.</param>
    public static ChannelAffine? Of(Node node, ChannelAxis axis, Graph graph, bool lengthIsKnown)
    {
        if (node.Is("Neg")) return Map(axis, [-1], [0]);
        var at = ConstantInput(node, graph)!.Value;
        var constant = graph.Constant(node.Input(at))!;
        if (!IsPerChannel(constant, axis) || (!lengthIsKnown && Stretches(node.Input(1 - at), constant, axis, graph))) return null;
        var c = constant.ToDoubles();
        return node.OpType switch
        {
            "Mul" => Map(axis, c, [0]),
            "Div" => Map(axis, [.. c.Select(v => 1 / v)], [0]),
            "Add" => Map(axis, [1], c),
            _ when at == 1 => Map(axis, [1], [.. c.Select(v => -v)]),
            _ => Map(axis, [-1], c),
        };
    }

    private static int? ConstantInput(Node node, Graph graph)
    {
        if (!node.Is("Mul") && !node.Is("Add") && !node.Is("Sub") && !node.Is("Div")) return null;
        if (graph.Constant(node.Input(1)) is { } right && right.Type.IsFloatingPoint()) return 1;
        // c / x is no affine function of x.
        return !node.Is("Div") && graph.Constant(node.Input(0)) is { } left && left.Type.IsFloatingPoint() ? 0 : null;
    }

    private static ChannelAffine Map(ChannelAxis axis, double[] scale, double[] shift) => new(Each(scale, axis), Each(shift, axis));

    private static double[] Each(double[] values, ChannelAxis axis) =>
        values.Length == axis.Channels ? values : [.. Enumerable.Repeat(values[0], (int)axis.Channels)];

    // Broadcasting lines axes up from the last one; only the axis that meets the channels' may be longer than 1.
    private static bool IsPerChannel(TensorData constant, ChannelAxis axis)
    {
        if (constant.Dims.Count > (axis.Rank ?? axis.FromEnd + 1)) return false;
        if (constant.Count == 1) return true;
        var at = constant.Dims.Count - 1 - axis.FromEnd;
        return at >= 0 && constant.Count == axis.Channels && constant.Dims[at] == axis.Channels;
    }

    // One channel that broadcasting makes several is no affine function of each: without the node there would be one again.
    private static bool Stretches(string value, TensorData constant, ChannelAxis axis, Graph graph)
    {
        if (KnownShape.Of(value, graph) is not { } shape) return constant.Count > 1 || constant.Dims.Count > 1;
        return (axis.Rank is { } rank && shape.Count != rank) || shape.Count <= axis.FromEnd
            || shape[^(axis.FromEnd + 1)].Value is not { } length || length != axis.Channels;
    }
}

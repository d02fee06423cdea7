using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>x + c, x - c, x * c or x / c with a constant c that has one value, or one for each channel (axis 1) of x.</summary>
internal static class ChannelConstant
{
    /// <summary>The name of x, and what the node does to each of its channels; null for any other node.</summary>
    /// <param name="node">A node.</param>
    /// <param name="channels">Number of channels of x.</param>
    /// <param name="rank">Number of axes of x.</param>
    /// <param name="graph">Its graph.</param>
    public static (string Value, ChannelAffine Affine)? Of(Node node, long channels, int rank, Graph graph)
    {
        var commutes = node.Is("Mul") || node.Is("Add");
        if (!commutes && !node.Is("Div") && !node.Is("Sub")) return null;
        var at = commutes && graph.Constant(node.Input(0)) is not null ? 0 : 1;
        if (graph.Constant(node.Input(at)) is not { } constant || PerChannel(constant, channels, rank) is not { } c) return null;
        if (Stretches(node.Input(1 - at), channels, rank, graph)) return null;
        double[] ones = [.. c.Select(_ => 1.0)], zeros = new double[c.Length];
        return (node.Input(1 - at), node.OpType switch
        {
            "Mul" => new ChannelAffine(c, zeros),
            "Div" => new ChannelAffine([.. c.Select(v => 1 / v)], zeros),
            "Add" => new ChannelAffine(ones, c),
            _ => new ChannelAffine(ones, [.. c.Select(v => -v)]),
        });
    }

    // One channel that broadcasting makes several is no affine function of each: without the node there would be one again.
    private static bool Stretches(string value, long channels, int rank, Graph graph) =>
        graph.Info(value)?.Shape is { } shape && (shape.Count != rank || (shape[1].Value is { } length && length != channels));

    // Broadcasting lines axes up from the last one; only the axis that meets axis 1 of x may be longer than 1.
    private static double[]? PerChannel(TensorData constant, long channels, int rank)
    {
        if (!constant.Type.IsFloatingPoint() || constant.Dims.Count > rank) return null;
        var channelAxis = constant.Dims.Count - rank + 1;
        if (constant.Count == 1) return [.. Enumerable.Repeat(constant.ToDoubles()[0], (int)channels)];
        return channelAxis >= 0 && constant.Count == channels && constant.Dims[channelAxis] == channels ? constant.ToDoubles() : null;
    }
}

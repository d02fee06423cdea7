using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Averages before a pointwise convolution instead of after it, so that the convolution has fewer places to work out.</summary>
/// <remarks>
/// A kernel of one place makes y[p] = W x[p] + b of every place p alone, and the average over a window is a sum of weights 1/n:
/// avg(W x + b) = W avg(x) + b. DenseNet's transitions (convolution 1x1, average pooling 2x2) do a quarter of the work then. Legal when
/// <list type="bullet">
/// <item>the convolution's kernel is known to be of one place, with stride 1 and no padding; its weights need not be constant;</item>
/// <item>the pooling averages over what is there: it does not count padding, or has none (with a bias, counted zeros would not be W 0 + b);</item>
/// <item>the pooling leaves fewer places, and nobody else reads the convolution's result, which is no graph output.</item>
/// </list>
/// Not where several output channels would cost less than one input channel: in a depthwise convolution.
/// </remarks>
internal sealed class PoolBeforeConvPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("GlobalAveragePool") && !node.Is("AveragePool")) return null;
        if (graph.Producer(node.Input(0)) is not { } conv || !conv.Is("Conv") || !IsPointwise(conv, graph)) return null;
        if (conv.Int("group", 1) != 1 || (node.Is("AveragePool") && (!Shrinks(node) || CountsPadding(node)))) return null;
        if (BackwardFold.WhyShared(conv, graph) is { } shared) return new Decision.Keep(shared);
        return new Decision.Rewrite($"put before {conv}", () =>
        {
            var pooled = graph.UniqueName(node.Output + ".pooled");
            if (KnownShape.Of(conv.Input(0), graph) is [_, var channels, ..] && graph.Info(node.Output) is { Shape: { Count: > 2 } shape } info)
                graph.Values[pooled] = new ValueInfo(pooled, info.Type, [shape[0], channels, .. shape.Skip(2)]);
            graph.Nodes.Replace(conv, node.WithInputs([conv.Input(0)]).WithOutputs([pooled]));
            graph.Nodes.Replace(node, conv.WithInputs(conv.Inputs.Skip(1).Prepend(pooled)).WithOutputs([node.Output]));
            graph.Values.Remove(conv.Output);
        });
    }

    private static bool IsPointwise(Node conv, Graph graph)
    {
        var kernel = conv.Ints("kernel_shape") ?? graph.Info(conv.Input(1))?.Shape?.Skip(2).Select(d => d.Value ?? 0);
        return kernel?.All(k => k == 1) == true && All("strides", 1) && All("pads", 0) && conv.Text("auto_pad", "NOTSET") is "NOTSET" or "VALID";

        bool All(string attribute, long value) => (conv.Ints(attribute) ?? []).All(v => v == value);
    }

    private static bool Shrinks(Node pool) => (pool.Ints("strides") ?? []).Aggregate(1L, (a, b) => a * b) > 1;

    private static bool CountsPadding(Node pool) =>
        pool.Int("count_include_pad", 0) != 0
        && ((pool.Ints("pads") ?? []).Any(p => p != 0) || pool.Int("ceil_mode", 0) != 0 || pool.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"));
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Folds arithmetic with constants into the weights next to it: pixels scaled to 0..1 cost nothing then, nor does a LayerScale.</summary>
/// <remarks>
/// x + c, x - c, c - x, x * c, x / c and -x are affine maps of each channel when c has one value, or one per channel
/// (<see cref="ChannelArithmetic"/>), as a batch normalisation is: what is legal is the same as for <see cref="FoldBatchNormPass"/>. The
/// channel of a convolution is axis 1, that of a product its last axis. Legal when
/// <list type="bullet">
/// <item>the node before is Conv, ConvTranspose, Gemm or MatMul with constant weights, and nobody else reads its result; a product of
/// matrices takes a summand as a Gemm, a product of more axes none;</item>
/// <item>or the only reader is such a node, directly or through a Flatten; a scale goes into a convolution under any padding, because a
/// scaled zero is zero, a shift only without padding.</item>
/// </list>
/// A chain such as (x - mean) / deviation folds one node at a time, as far as it is legal. In double, rounded once per fold.
/// </remarks>
internal sealed class FoldArithmeticPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!ChannelArithmetic.Is(node, graph)) return null;
        var backward = Backward(node, graph);
        return backward is Decision.Rewrite ? backward : Forward(node, graph) ?? backward;
    }

    private static Decision? Backward(Node node, Graph graph)
    {
        if (graph.Producer(ChannelArithmetic.ValueOf(node, graph)) is not { } before || !LinearFold.IsLinear(before)) return null;
        if (LinearFold.OutputAxis(before, graph) is not { } axis) return null;
        if (ChannelArithmetic.Of(node, axis, graph, lengthIsKnown: true) is not { } affine) return null;
        if (BackwardFold.WhyShared(before, graph) is { } shared) return new Decision.Keep(shared);
        var fold = LinearFold.After(before, affine, graph);
        return fold.WhyNot.Length > 0
            ? new Decision.Keep(fold.WhyNot)
            : new Decision.Rewrite($"folded into {before}", () => BackwardFold.Apply(fold, before, node, graph));
    }

    private static Decision? Forward(Node node, Graph graph)
    {
        if (ForwardFold.Of(node, graph, out var whyNot) is not { } reader) return whyNot.Length > 0 ? new Decision.Keep(whyNot) : null;
        if (ChannelArithmetic.Of(node, reader.Axis, graph, lengthIsKnown: false) is not { } affine) return null;
        var fold = reader.Take(affine, graph);
        return fold.WhyNot.Length > 0
            ? new Decision.Keep(fold.WhyNot)
            : new Decision.Rewrite($"folded into {reader}", () => reader.Apply(fold, ChannelArithmetic.ValueOf(node, graph), graph));
    }
}

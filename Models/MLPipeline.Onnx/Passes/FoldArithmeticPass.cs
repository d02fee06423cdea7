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
/// A large summand stays, because what the weights take is added before the sums are taken and not after, where it would have cancelled:
/// <list type="bullet">
/// <item>next to one of the opposite sign: x + 2^23 - 2^23 is a way to round;</item>
/// <item>when it adds more than 4096 to a result: a float keeps 7 digits, of which 4 were gone.</item>
/// </list>
/// A chain such as (x - mean) / deviation folds one node at a time, as far as it is legal. In double, rounded once per fold.
/// </remarks>
internal sealed class FoldArithmeticPass : NodePass
{
    private const double LargestShift = 4096;

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!ChannelArithmetic.Is(node, graph)) return null;
        var backward = Backward(node, graph);
        var decision = backward is Decision.Rewrite ? backward : Forward(node, graph) ?? backward;
        return decision is not null && Opposite(node, graph) is { } opposite ? new Decision.Keep($"{opposite} next to it has the opposite sign") : decision;
    }

    private static Node? Opposite(Node node, Graph graph)
    {
        if (ConstantStep.Of(node, graph) is not { Multiplies: false } step) return null;
        var neighbours = graph.Consumers(node.Output).Where(c => c.Input >= 0).Select(c => c.Node);
        if (graph.Producer(step.Value) is { } before) neighbours = neighbours.Prepend(before);
        return neighbours.FirstOrDefault(n => ConstantStep.Of(n, graph) is { Multiplies: false } other && !step.AgreesInSign(other));
    }

    private static string WhyNot(Fold fold) =>
        fold.WhyNot.Length > 0 || fold.Shift <= LargestShift ? fold.WhyNot : $"it adds up to {fold.Shift:G3} to a result, next to which digits are lost";

    private static Decision? Backward(Node node, Graph graph)
    {
        if (graph.Producer(ChannelArithmetic.ValueOf(node, graph)) is not { } before || !LinearFold.IsLinear(before)) return null;
        if (LinearFold.OutputAxis(before, graph) is not { } axis) return null;
        if (ChannelArithmetic.Of(node, axis, graph, lengthIsKnown: true) is not { } affine) return null;
        if (BackwardFold.WhyShared(before, graph) is { } shared) return new Decision.Keep(shared);
        var fold = LinearFold.After(before, affine, graph);
        return WhyNot(fold) is { Length: > 0 } reason
            ? new Decision.Keep(reason)
            : new Decision.Rewrite($"folded into {before}", () => BackwardFold.Apply(fold, before, node, graph));
    }

    private static Decision? Forward(Node node, Graph graph)
    {
        if (ForwardFold.Of(node, graph, out var whyNot) is not { } reader) return whyNot.Length > 0 ? new Decision.Keep(whyNot) : null;
        if (ChannelArithmetic.Of(node, reader.Axis, graph, lengthIsKnown: false) is not { } affine) return null;
        var fold = reader.Take(affine, graph);
        return WhyNot(fold) is { Length: > 0 } reason
            ? new Decision.Keep(reason)
            : new Decision.Rewrite($"folded into {reader}", () => reader.Apply(fold, ChannelArithmetic.ValueOf(node, graph), graph));
    }
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Folds a batch normalisation into the linear node before it, or else into the one after it.</summary>
/// <remarks>
/// Outside training a batch normalisation is an affine map of each channel (<see cref="ChannelAffine"/>), and an affine map after a
/// linear one, or before it, is again linear. All arithmetic is in double; each new weight is rounded once. Legal when
/// <list type="bullet">
/// <item>the normalisation's four parameters are constants, and it is not in training mode;</item>
/// <item>the node before it is Conv, ConvTranspose, Gemm or MatMul of matrices, with constant weights (<see cref="LinearFold"/>), whose
/// result only the normalisation reads, and which is no graph output;</item>
/// <item>or such a node is the only reader of the normalisation's result, which is no graph output, directly or through a Flatten
/// (<see cref="ForwardFold"/>); where the normalisation shifts, a convolution must not be padded (<see cref="ConvFold"/>);</item>
/// <item>the new weights are finite in the type they are stored in.</item>
/// </list>
/// With an activation in between (DenseNet: normalisation, Relu, convolution) it is not linear, and not legal.
/// New weights get new names and the old ones are never changed: two layers may share them. Old weights that nobody reads any more are
/// left to <see cref="RemoveDeadNodesPass"/>.
/// <para>
/// One that does not fold (DenseNet's: after a Concat, before a Relu) stays a BatchNormalization, because that is the cheapest exact form.
/// Milliseconds of processor time, median (least), of a dense stage in ONNX Runtime 1.31.1, all optimisations on, on an AMD EPYC with two
/// cores that did other work too; processor time because of that. Written as BatchNormalization, as Mul and Add by [1,C,1,1], as a 1x1
/// depthwise Conv, and left out altogether, which gives wrong numbers and shows what there is to win:
/// </para>
/// <code>
/// threads, channels, image, batch    BatchNorm      Mul + Add      depthwise      left out
/// 1   64..256   8x8     1            0.85 (0.66)    1.02 (0.72)    0.89 (0.65)    0.83 (0.63)
/// 1   64..256   8x8    64            42.2 (40.3)    49.5 (46.9)    43.5 (40.1)    41.9 (40.2)
/// 1   64..256   28x28   1            7.60 (7.08)    8.50 (7.83)    7.65 (6.98)    7.56 (7.00)
/// 1   64..256   28x28  64             524 (469)      613 (582)      493 (467)      512 (475)
/// 1   256..640  7x7     1            2.79 (2.05)    3.50 (2.52)    2.78 (2.06)    2.59 (1.97)
/// 1   256..640  7x7    64             143 (126)      172 (162)      138 (122)      136 (124)
/// 2   64..256   8x8     1            0.78 (0.62)    1.05 (0.73)    0.79 (0.62)    0.71 (0.64)
/// 2   64..256   8x8    64            51.0 (40.6)    54.8 (49.6)    47.8 (43.3)    50.7 (41.2)
/// 2   64..256   28x28   1            7.79 (7.02)    9.30 (7.82)    7.60 (6.91)    7.87 (6.98)
/// 2   64..256   28x28  64             582 (537)      813 (685)      667 (570)      610 (549)
/// </code>
/// <para>
/// Mul and Add make the stage 7 to 40 % slower. The depthwise Conv costs what BatchNormalization costs, within the noise, and so does
/// nothing at all; so the operator that says what it means stays.
/// </para>
/// </remarks>
internal sealed class FoldBatchNormPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("BatchNormalization")) return null;
        if (ChannelAffine.OfBatchNorm(node, graph, out var whyNot) is not { } affine) return new Decision.Keep(whyNot);
        var backward = Backward(node, affine, graph);
        if (backward is Decision.Rewrite) return backward;
        var reason = ((Decision.Keep)backward).Reason;
        return Forward(node, affine, graph) switch
        {
            Decision.Rewrite rewrite => rewrite,
            Decision.Keep keep => new Decision.Keep($"{reason}; into the node after it: {keep.Reason}"),
            _ => backward,
        };
    }

    private static Decision Backward(Node norm, ChannelAffine affine, Graph graph)
    {
        if (graph.Producer(norm.Input(0)) is not { } before) return new Decision.Keep($"it reads %{norm.Input(0)}, which no node makes");
        if (!LinearFold.IsLinear(before)) return new Decision.Keep($"{before} before it is not linear with weights of its own");
        if (BackwardFold.WhyShared(before, graph) is { } shared) return new Decision.Keep(shared);
        // The channel of a normalisation is axis 1, that of a product the last one.
        if (before.Is("MatMul") && LinearFold.Rank(before, graph) != 2) return new Decision.Keep($"{before} is not known to multiply matrices");
        var fold = LinearFold.After(before, affine, graph);
        return fold.WhyNot.Length > 0
            ? new Decision.Keep(fold.WhyNot)
            : new Decision.Rewrite($"folded into {before}", () => BackwardFold.Apply(fold, before, norm, graph));
    }

    private static Decision? Forward(Node norm, ChannelAffine affine, Graph graph)
    {
        if (ForwardFold.Of(norm, graph, out var whyNot) is not { } reader) return whyNot.Length > 0 ? new Decision.Keep(whyNot) : null;
        if (reader.Axis.Rank is not { } rank || reader.Axis.FromEnd != rank - 2) return new Decision.Keep($"{reader} is not known to multiply matrices");
        var fold = reader.Take(affine, graph);
        return fold.WhyNot.Length > 0
            ? new Decision.Keep(fold.WhyNot)
            : new Decision.Rewrite($"folded into {reader}", () => reader.Apply(fold, norm.Input(0), graph));
    }
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Folds arithmetic with constants before a convolution into its weights: pixels scaled to 0..1 cost nothing then.</summary>
/// <remarks>
/// A convolution of scaled channels: sum W[m,c] (a[c] x[c]) + b[m] = sum (W[m,c] a[c]) x[c] + b[m]. Exact whatever the padding, because
/// a scaled zero is zero. A shift: sum W[m,c] (x[c] + s[c]) + b[m] = sum W[m,c] x[c] + (b[m] + sum W[m,c] s[c]), and that only without
/// padding: padding adds zeros after the shift, and would have to add -s before it. Legal when
/// <list type="bullet">
/// <item>the node before the Conv is Mul, Div, Add or Sub with a constant of one value, or one per channel (<see cref="ChannelConstant"/>);</item>
/// <item>only the Conv reads its result, and the result is no graph output;</item>
/// <item>the Conv's weights and bias are constants, and the new ones are finite in their type.</item>
/// </list>
/// A chain such as (x - mean) / deviation folds from its end, one node at a time, as far as it is legal. In double, rounded once per fold.
/// </remarks>
internal sealed class FoldScaleIntoConvPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("Conv") || graph.Producer(node.Input(0)) is not { } before || graph.Constant(node.Input(1)) is not { } weight) return null;
        if (!weight.Type.IsFloatingPoint() || weight.Dims.Count < 3) return null;
        var channels = weight.Dims[1] * node.Int("group", 1);
        if (ChannelConstant.Of(before, channels, weight.Dims.Count, graph) is not { } scaling) return null;
        if (graph.IsOutput(before.Output)) return new Decision.Keep($"the result of {before} is also a graph output");
        if (graph.Consumers(before.Output).Count > 1) return new Decision.Keep($"the result of {before} has other readers");
        var fold = Before(node, scaling.Affine, weight, graph);
        if (fold.WhyNot.Length > 0) return new Decision.Keep($"{before} stays: {fold.WhyNot}");
        return new Decision.Rewrite($"took {before} into its weights", () =>
        {
            var folded = fold.Apply(graph);
            graph.Nodes.Replace(node, folded.WithInputs(folded.Inputs.Skip(1).Prepend(scaling.Value)));
            graph.Nodes.Remove(before);
        });
    }

    private static Fold Before(Node conv, ChannelAffine affine, TensorData weight, Graph graph)
    {
        var shifts = affine.Shift.Any(s => s != 0);
        if (shifts && IsPadded(conv)) return Fold.No("it shifts, and the convolution is padded");
        var biasName = conv.Input(2);
        var bias = biasName.Length == 0 ? null : graph.Constant(biasName);
        if (bias is null && biasName.Length > 0) return Fold.No($"the bias %{biasName} is no constant");

        var scaled = weight.ToDoubles();
        var shifted = bias?.ToDoubles() ?? new double[weight.Dims[0]];
        var (perOutput, perInput) = (scaled.Length / weight.Dims[0], scaled.Length / (weight.Dims[0] * weight.Dims[1]));
        for (var i = 0; i < scaled.Length; i++)
        {
            var output = i / perOutput;
            var group = output / (weight.Dims[0] / conv.Int("group", 1));
            var input = group * weight.Dims[1] + i % perOutput / perInput;
            shifted[output] += scaled[i] * affine.Shift[input];
            scaled[i] *= affine.Scale[input];
        }

        var weights = (1, conv.Input(1), new FoldedTensor(weight.Type, scaled, [.. weight.Dims]));
        if (!shifts) return Fold.Yes(conv, weights);
        var hint = biasName.Length > 0 ? biasName : Fold.BiasNameFor(conv.Input(1));
        return Fold.Yes(conv, weights, (2, hint, new FoldedTensor(weight.Type, shifted, weight.Dims[0])));
    }

    private static bool IsPadded(Node conv) =>
        conv.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID")
        || (conv.Text("auto_pad", "NOTSET") == "NOTSET" && conv.Ints("pads")?.Any(p => p != 0) == true);
}

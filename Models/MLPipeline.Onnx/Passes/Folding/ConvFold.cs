using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of each channel before or after a convolution, moved into its weights.</summary>
/// <remarks>
/// The weights of one output channel are W[m], whichever group it is in: y[m] = sum W[m,c] x[c] + b[m].
/// <para>
/// After: a[m] y[m] + s[m] = sum (a[m] W[m]) x + (a[m] b[m] + s[m]). Padding adds zeros to x, which no weight turns into anything else, so
/// strides, dilations, pads and auto_pad do not matter. A transposed convolution is the same with its weights laid out
/// [input channel, output channel within the group, ...].
/// </para>
/// <para>
/// Before: sum W[m,c] (a[c] x[c] + s[c]) + b[m] = sum (W[m,c] a[c]) x[c] + (b[m] + sum W[m,c] s[c]). The scale is exact whatever the padding,
/// because a scaled zero is zero. The shift only without padding: padding adds zeros after the shift, and would have to add -s/a before it. A
/// transposed convolution gives each place as many products as reach it, fewer at the borders and between strides; only a kernel of one place
/// and a stride of one give each place all of them.
/// </para>
/// </remarks>
internal static class ConvFold
{
    /// <summary>The new weights and bias of a Conv or ConvTranspose that the map follows.</summary>
    public static Fold After(Node conv, ChannelAffine affine, Graph graph)
    {
        if (ConvWeights.Of(conv, graph, out var whyNot) is not { } w) return Fold.No(whyNot);
        if (w.Outputs != affine.Channels) return Fold.No($"{conv} has {w.Outputs} channels, the map after it {affine.Channels}");
        var shifted = (double[])affine.Shift.Clone();
        if (w.Bias is { } old)
        {
            for (var m = 0; m < shifted.Length; m++) shifted[m] += affine.Scale[m] * old[m];
        }

        return Fold.Yes(
            conv,
            affine.Scales ? (1, conv.Input(1), FoldedTensor.Scaled(w.Weight, (i, j) => affine.Scale[w.OutputOf(i, j)])) : null,
            affine.Shifts || w.Bias is not null ? (2, w.BiasName, FoldedTensor.Of(w.Weight.Type, shifted, w.Outputs)) : null) with
        { Shift = affine.Shift.Max(Math.Abs) };
    }

    /// <summary>The new weights and bias of a Conv or ConvTranspose that the map comes before.</summary>
    public static Fold Before(Node conv, ChannelAffine affine, Graph graph)
    {
        if (ConvWeights.Of(conv, graph, out var whyNot) is not { } w) return Fold.No(whyNot);
        if (w.Inputs != affine.Channels) return Fold.No($"{conv} has {w.Inputs} input channels, the map before it {affine.Channels}");
        var scaled = affine.Scales ? ((int, string, FoldedTensor)?)(1, conv.Input(1), FoldedTensor.Scaled(w.Weight, (i, j) => affine.Scale[w.InputOf(i, j)])) : null;
        if (!affine.Shifts) return Fold.Yes(conv, scaled);
        if (IsPadded(conv)) return Fold.No("it shifts, and the convolution is padded");
        if (conv.Is("ConvTranspose") && !IsPointwise(conv, w.Weight)) return Fold.No("it shifts, and not every place of a transposed convolution sees the whole kernel");
        var (shifted, added) = (w.Bias ?? new double[w.Outputs], new double[w.Outputs]);
        var (values, second) = (w.Weight.ToDoubles(), w.Weight.Dims[1]);
        var kernel = values.Length / (w.Weight.Dims[0] * second);
        for (var at = 0; at < values.Length; at++)
        {
            var (i, j) = Math.DivRem(at / kernel, second);
            var summand = values[at] * affine.Shift[w.InputOf(i, j)];
            shifted[w.OutputOf(i, j)] += summand;
            added[w.OutputOf(i, j)] += Math.Abs(summand);
        }

        return Fold.Yes(conv, scaled, (2, w.BiasName, FoldedTensor.Of(w.Weight.Type, shifted, w.Outputs))) with { Shift = added.Max() };
    }

    private static bool IsPointwise(Node conv, TensorData weight) =>
        weight.Dims.Skip(2).All(k => k == 1) && (conv.Ints("strides") ?? []).All(s => s == 1) && (conv.Ints("output_padding") ?? []).All(p => p == 0)
        && conv.Ints("output_shape") is null;

    private static bool IsPadded(Node conv) =>
        conv.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID")
        || (conv.Text("auto_pad", "NOTSET") == "NOTSET" && conv.Ints("pads")?.Any(p => p != 0) == true);
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of each channel after a convolution, moved into its weights.</summary>
/// <remarks>
/// With y[m] = sum W[m] x + b[m] (the weights of one output channel are W[m], whichever group it is in):
/// a[m] y[m] + s[m] = sum (a[m] W[m]) x + (a[m] b[m] + s[m]). Padding adds zeros to x, which no weight turns into anything else, so
/// strides, dilations, pads and auto_pad do not matter. A transposed convolution is the same with its weights laid out
/// [input channel, output channel within the group, ...].
/// </remarks>
internal static class ConvFold
{
    /// <summary>The new weights and bias of a Conv or ConvTranspose.</summary>
    public static Fold After(Node conv, ChannelAffine affine, Graph graph)
    {
        var (weightName, biasName) = (conv.Input(1), conv.Input(2));
        if (graph.Constant(weightName) is not { } weight) return Fold.No($"the weights %{weightName} of {conv} are no constant");
        if (!weight.Type.IsFloatingPoint() || weight.Dims.Count < 3) return Fold.No($"the weights of {conv} are {weight}");
        var bias = biasName.Length == 0 ? null : graph.Constant(biasName);
        if (bias is null && biasName.Length > 0) return Fold.No($"the bias %{biasName} of {conv} is no constant");

        var group = conv.Int("group", 1);
        var transposed = conv.Is("ConvTranspose");
        var channels = transposed ? weight.Dims[1] * group : weight.Dims[0];
        if (channels != affine.Channels) return Fold.No($"{conv} has {channels} channels, the normalisation {affine.Channels}");
        if (bias is not null && bias.Count != channels) return Fold.No($"the bias of {conv} is {bias}");

        var scaled = weight.ToDoubles();
        for (var i = 0; i < scaled.Length; i++) scaled[i] *= affine.Scale[OutputChannel(i)];
        var shifted = (double[])affine.Shift.Clone();
        if (bias is not null)
        {
            var old = bias.ToDoubles();
            for (var m = 0; m < shifted.Length; m++) shifted[m] += affine.Scale[m] * old[m];
        }

        return Fold.Yes(
            conv,
            (1, weightName, new FoldedTensor(weight.Type, scaled, [.. weight.Dims])),
            (2, biasName.Length > 0 ? biasName : Fold.BiasNameFor(weightName), new FoldedTensor(weight.Type, shifted, channels)));

        long OutputChannel(long i)
        {
            var kernel = weight.Count / (weight.Dims[0] * weight.Dims[1]);
            if (!transposed) return i / (kernel * weight.Dims[1]);
            var (input, within) = Math.DivRem(i / kernel, weight.Dims[1]);
            return input / (weight.Dims[0] / group) * weight.Dims[1] + within;
        }
    }
}

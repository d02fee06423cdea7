using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>The constant weights of a Conv or a ConvTranspose, and which channels their first two axes belong to.</summary>
/// <param name="Weight">Laid out [output, input within the group, kernel...]; transposed [input, output within the group, kernel...].</param>
/// <param name="Bias">One value for each output channel, a copy; null when there is none.</param>
/// <param name="BiasName">What the bias is called, or would be.</param>
/// <param name="Transposed">Whether it is a ConvTranspose.</param>
/// <param name="Groups">In how many groups the channels are.</param>
internal sealed record ConvWeights(TensorData Weight, double[]? Bias, string BiasName, bool Transposed, long Groups)
{
    /// <summary>Number of output channels.</summary>
    public long Outputs => Transposed ? Weight.Dims[1] * Groups : Weight.Dims[0];

    /// <summary>Number of input channels.</summary>
    public long Inputs => Transposed ? Weight.Dims[0] : Weight.Dims[1] * Groups;

    /// <summary>The weights of a node; null, with the reason, when they are not all known.</summary>
    public static ConvWeights? Of(Node conv, Graph graph, out string whyNot)
    {
        var (weightName, biasName) = (conv.Input(1), conv.Input(2));
        var (weight, bias) = (graph.Constant(weightName), biasName.Length == 0 ? null : graph.Constant(biasName));
        whyNot = weight is null ? $"the weights %{weightName} of {conv} are no constant"
            : !weight.Type.IsFloatingPoint() || weight.Dims.Count < 3 || weight.Count == 0 ? $"the weights of {conv} are {weight}"
            : bias is null && biasName.Length > 0 ? $"the bias %{biasName} of {conv} is no constant"
            : "";
        if (whyNot.Length > 0) return null;
        var name = biasName.Length > 0 ? biasName : Fold.BiasNameFor(weightName);
        var found = new ConvWeights(weight!, bias?.ToDoubles(), name, conv.Is("ConvTranspose"), conv.Int("group", 1));
        if (found.Groups < 1 || weight!.Dims[0] % found.Groups != 0) whyNot = $"{conv} has {weight!.Dims[0]} channels in {found.Groups} groups";
        if (found.Bias is not null && found.Bias.Length != found.Outputs) whyNot = $"the bias of {conv} is {bias}";
        return whyNot.Length > 0 ? null : found;
    }

    /// <summary>The output channel of the weights at [i, j].</summary>
    public long OutputOf(long i, long j) => Transposed ? i / (Weight.Dims[0] / Groups) * Weight.Dims[1] + j : i;

    /// <summary>The input channel of the weights at [i, j].</summary>
    public long InputOf(long i, long j) => Transposed ? i : i / (Weight.Dims[0] / Groups) * Weight.Dims[1] + j;
}

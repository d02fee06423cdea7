using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>y = scale[c] * x + shift[c] for each channel c, in double.</summary>
/// <param name="Scale">One factor per channel.</param>
/// <param name="Shift">One summand per channel.</param>
internal sealed record ChannelAffine(double[] Scale, double[] Shift)
{
    /// <summary>Number of channels.</summary>
    public int Channels => Scale.Length;

    /// <summary>Whether any channel is multiplied by other than 1.</summary>
    public bool Scales => Scale.Any(s => s != 1);

    /// <summary>Whether anything is added to any channel.</summary>
    public bool Shifts => Shift.Any(s => s != 0);

    /// <summary>The same map where each channel has become several neighbours, as Flatten makes of its places.</summary>
    public ChannelAffine Repeated(long times) => times == 1 ? this : new(Repeated(Scale, times), Repeated(Shift, times));

    /// <summary>
    /// What a batch normalisation does outside training: scale = gamma / sqrt(var + eps), shift = beta - mean * scale
    /// (Ioffe and Szegedy 2015, algorithm 2).
    /// </summary>
    /// <param name="node">A BatchNormalization node.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="whyNot">Empty, or why its effect is not known before it runs.</param>
    public static ChannelAffine? OfBatchNorm(Node node, Graph graph, out string whyNot)
    {
        whyNot = WhyNot(node, graph);
        if (whyNot.Length > 0) return null;
        var parameters = node.Inputs.Skip(1).Select(name => graph.Constant(name)!.ToDoubles()).ToList();
        var (gamma, beta, mean, variance) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        var epsilon = (double)node.Float("epsilon", 1e-5f);
        var (scale, shift) = (new double[gamma.Length], new double[gamma.Length]);
        for (var c = 0; c < scale.Length; c++)
        {
            scale[c] = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            shift[c] = beta[c] - mean[c] * scale[c];
            if (double.IsFinite(scale[c]) && double.IsFinite(shift[c])) continue;
            whyNot = $"channel {c} has no finite scale: its variance is {variance[c]}, its weight {gamma[c]}, its mean {mean[c]}";
            return null;
        }

        return new ChannelAffine(scale, shift);
    }

    private static double[] Repeated(double[] values, long times) => [.. values.SelectMany(v => Enumerable.Repeat(v, (int)times))];

    private static string WhyNot(Node node, Graph graph)
    {
        if (node.Int("training_mode", 0) != 0) return "it is in training mode: it normalises with the statistics of the batch";
        if (node.Outputs.Skip(1).Any(o => o.Length > 0)) return "its running statistics are outputs too";
        if (node.Inputs.Count != 5) return $"it has {node.Inputs.Count} inputs where 5 are expected";
        var names = node.Inputs.Skip(1).ToList();
        var unknown = names.Find(name => graph.Constant(name) is null);
        if (unknown is not null) return $"%{unknown} is not a constant";
        var tensors = names.ConvertAll(name => graph.Constant(name)!);
        if (tensors.Exists(t => !t.Type.IsFloatingPoint() || t.Dims.Count != 1 || t.Count != tensors[0].Count))
            return $"its parameters are {string.Join(", ", tensors)} where four vectors of one length are expected";
        return "";
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>A batch-norm layer, with the statistics that it had and what is known of those it gets.</summary>
internal sealed class BatchNormLayer(string name, BatchNorm module)
{
    private readonly double[] _oldMean = Values(module.running_mean!);
    private readonly double[] _oldVariance = Values(module.running_var!);

    /// <summary>The module's path.</summary>
    public string Name => name;

    /// <summary>The layer.</summary>
    public BatchNorm Module => module;

    /// <summary>How often one forward pass calls it.</summary>
    public int Calls { get; set; }

    /// <summary>Values of one image in its largest input.</summary>
    public long ElementsPerImage { get; set; }

    /// <summary>Set once its statistics are those of the population.</summary>
    public BatchNormShift? Shift { get; private set; }

    /// <summary>The layers of a network that keep statistics.</summary>
    public static List<BatchNormLayer> In(nn.Module network) =>
        [.. network.named_modules()
            .Where(m => m.module is BatchNorm { running_mean: not null, running_var: not null })
            .Select(m => new BatchNormLayer(m.name, (BatchNorm)m.module))];

    /// <summary>Lets the layer normalise by these from now on.</summary>
    public void Use(ChannelMoments moments)
    {
        using var scope = NewDisposeScope();
        module.running_mean!.copy_(moments.Mean);
        module.running_var!.copy_(moments.Variance());
    }

    /// <summary>Gives the layer its final statistics.</summary>
    public void Settle(ChannelMoments moments)
    {
        Use(moments);
        using var scope = NewDisposeScope();
        var (mean, variance) = (Values(moments.Mean), Values(moments.Variance()));
        // The layer's epsilon is what inference adds, too; without it a channel that never varies would make every shift infinite.
        var shifts = mean.Select((value, c) => Math.Abs(value - _oldMean[c]) / Math.Sqrt(variance[c] + module.eps));
        var ratios = variance.Select((value, c) => (value + module.eps) / (_oldVariance[c] + module.eps));
        Shift = new BatchNormShift(name, mean.Length, shifts.Max(), ratios.Max(ratio => Math.Max(ratio, 1 / ratio)));
    }

    /// <summary>Gives the layer back what it had.</summary>
    public void Restore()
    {
        using var scope = NewDisposeScope();
        module.running_mean!.copy_(tensor(_oldMean));
        module.running_var!.copy_(tensor(_oldVariance));
    }

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(ScalarType.Float64).cpu().data<double>().ToArray();
    }
}

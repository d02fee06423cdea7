using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>A batch-norm layer and what is known of it.</summary>
internal sealed class BatchNormLayer(string name, BatchNorm module)
{
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

    /// <summary>Replaces the layer's statistics.</summary>
    public void Settle(ChannelMoments moments)
    {
        using var scope = NewDisposeScope();
        var (oldMean, oldVariance) = (module.running_mean!, module.running_var!);
        var variance = moments.Variance();
        // A channel that never varies would make every shift infinite; the layer's own epsilon is what inference adds, too.
        var scaled = (moments.Mean - oldMean).abs() / (variance + module.eps).sqrt();
        var ratio = (variance + module.eps) / (oldVariance.to(ScalarType.Float64) + module.eps);
        Shift = new BatchNormShift(name, (int)variance.shape[0], scaled.max().ToDouble(), maximum(ratio, ratio.reciprocal()).max().ToDouble());
        oldMean.copy_(moments.Mean);
        oldVariance.copy_(variance);
    }
}

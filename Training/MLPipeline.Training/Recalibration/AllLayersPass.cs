using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>Measures all layers in one pass: within a batch, each layer normalises by that batch's own population.</summary>
/// <remarks>
/// A layer's population within the batch is known when its input arrives, and the layer uses it at once: layer by layer, the batch is consistent.
/// What the network keeps is the population over all batches. With one batch that is exact; with more, a layer's input was
/// normalised by statistics that differ from the final ones by what one batch differs from all, so batches are as large as memory allows.
/// (The idea of Wu and Johnson 2021, "Rethinking 'Batch' in BatchNorm", with populations pooled instead of averaged.)
/// </remarks>
internal sealed class AllLayersPass : IMeasuringPass
{
    private readonly Dictionary<BatchNormLayer, ChannelMoments> _pooled = [];
    private readonly Dictionary<BatchNormLayer, ChannelMoments> _ofBatch = [];

    /// <inheritdoc/>
    public void Start()
    {
        foreach (var (layer, moments) in _ofBatch)
        {
            if (!_pooled.TryAdd(layer, moments))
            {
                _pooled[layer].Add(moments);
                moments.Dispose();
            }
        }

        _ofBatch.Clear();
    }

    /// <inheritdoc/>
    public void Meet(BatchNormLayer layer, Tensor input)
    {
        if (!_ofBatch.TryGetValue(layer, out var moments))
            _ofBatch[layer] = moments = new ChannelMoments(input.shape[1], input.device);
        moments.Add(input);
        layer.Use(moments);
    }

    /// <inheritdoc/>
    public void Finish()
    {
        Start();
        foreach (var (layer, moments) in _pooled)
            layer.Settle(moments);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var moments in _pooled.Values.Concat(_ofBatch.Values))
            moments.Dispose();
    }
}

using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>One run over the images: settles the first layer that is not settled yet, and as many after it as one batch allows.</summary>
/// <remarks>
/// A layer's input is final once all layers before it are settled. If all images are one batch, a layer's statistics are known when its
/// input arrives: it is settled there and then, and the pass goes on. Otherwise, or if the layer is called more than once, the pass
/// ends at that layer: its moments are gathered over all batches and calls, and it is settled when the pass is over. (A layer that is called
/// twice in a row has no statistics that are right for both calls at once; the later call is measured with the old ones.)
/// </remarks>
internal sealed class MeasuringPass(bool isOneBatch) : IDisposable
{
    private readonly List<Action> _hooks = [];
    private BatchNormLayer? _target;
    private ChannelMoments? _moments;
    private int _callsLeft;

    /// <summary>Listens to the layers.</summary>
    public void Attach(IEnumerable<BatchNormLayer> layers)
    {
        foreach (var layer in layers)
        {
            var hook = layer.Module.register_forward_pre_hook((_, input) => Meet(layer, input));
            _hooks.Add(hook.remove);
        }
    }

    /// <summary>Runs one batch as far as this pass needs it.</summary>
    public void Run(nn.Module<Tensor, Tensor> network, Tensor input)
    {
        _callsLeft = _target?.Calls ?? 0;
        try
        {
            network.call(input).Dispose();
        }
        catch (PassEnd)
        {
            // As far as needed.
        }
    }

    /// <summary>Settles the layer at which the pass ended, if any.</summary>
    public void Finish()
    {
        if (_target is not null)
            _target.Settle(_moments!);
    }

    private Tensor Meet(BatchNormLayer layer, Tensor input)
    {
        if (layer.Shift is not null || layer.Calls == 0)
            return input;
        if (_target is null && isOneBatch && layer.Calls == 1)
        {
            using var moments = new ChannelMoments(input.shape[1], input.device);
            moments.Add(input);
            layer.Settle(moments);
            return input;
        }

        if (_target is null)
        {
            _target = layer;
            _callsLeft = layer.Calls;
            _moments = new ChannelMoments(input.shape[1], input.device);
        }

        if (layer != _target)
            return input;
        _moments!.Add(input);
        return --_callsLeft == 0 ? throw new PassEnd() : input;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var remove in _hooks)
            remove();
        _moments?.Dispose();
    }
}

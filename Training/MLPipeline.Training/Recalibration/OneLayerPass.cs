using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>Measures the first layer that is not settled yet, and runs the network no further.</summary>
/// <remarks>
/// All layers before it are settled, so its input is final. (A layer that is called several times is measured over all its calls;
/// where a later call depends on an earlier one, that is with the old statistics: none are right for both at once.)
/// </remarks>
internal sealed class OneLayerPass : IMeasuringPass
{
    private BatchNormLayer? _target;
    private ChannelMoments? _moments;
    private int _callsLeft;

    /// <inheritdoc/>
    public void Start() => _callsLeft = _target?.Calls ?? 0;

    /// <inheritdoc/>
    public void Meet(BatchNormLayer layer, Tensor input)
    {
        if (_target is null && layer.Shift is null)
        {
            (_target, _callsLeft) = (layer, layer.Calls);
            _moments = new ChannelMoments(input.shape[1], input.device);
        }

        if (layer != _target)
            return;
        _moments!.Add(input);
        if (--_callsLeft == 0)
            throw new PassEnd();
    }

    /// <inheritdoc/>
    public void Finish() => _target!.Settle(_moments!);

    /// <inheritdoc/>
    public void Dispose() => _moments?.Dispose();
}

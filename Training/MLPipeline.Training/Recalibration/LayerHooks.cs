using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>Hears every input that enters a layer, until disposed.</summary>
internal sealed class LayerHooks : IDisposable
{
    private readonly List<Action> _removals = [];

    /// <summary>Starts to listen.</summary>
    public LayerHooks(IEnumerable<BatchNormLayer> layers, Action<BatchNormLayer, Tensor> meet)
    {
        foreach (var layer in layers)
        {
            var hook = layer.Module.register_forward_pre_hook((_, input) =>
            {
                meet(layer, input);
                return input;
            });
            _removals.Add(hook.remove);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _removals.ForEach(remove => remove());
}

using static TorchSharp.torch;

namespace UserLayers;

/// <summary>Multiplies by a learned number for each channel.</summary>
public sealed class Scale : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Parameter _factor;

    /// <summary>A layer for so many channels.</summary>
    public Scale(int channels)
        : base(nameof(Scale))
    {
        _factor = new TorchSharp.Modules.Parameter(linspace(0.5, 1.5, channels));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input * _factor;
}

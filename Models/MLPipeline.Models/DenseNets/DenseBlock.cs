using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.DenseNets;

/// <summary>Layers that each see the block's input and all that the layers before them made.</summary>
internal sealed class DenseBlock : Module<Tensor, Tensor>
{
    private readonly List<DenseLayer> _layers = [];

    public DenseBlock(int inputs, int growth, int layers)
        : base(nameof(DenseBlock))
    {
        for (var i = 0; i < layers; i++)
        {
            _layers.Add(new DenseLayer(inputs + i * growth, growth));
            register_module($"denselayer{i + 1}", _layers[i]);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        foreach (var layer in _layers)
            x = cat([x, layer.call(x)], 1);
        return x.MoveToOuterDisposeScope();
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.D2l;

/// <summary>Convolutions (batch norm, ReLU, 3x3) that each see the block's input and all that the ones before them made.</summary>
internal sealed class D2lDenseBlock : Module<Tensor, Tensor>
{
    private readonly List<Sequential> _layers = [];

    public D2lDenseBlock(int inputs, int growth, int layers)
        : base(nameof(D2lDenseBlock))
    {
        for (var i = 0; i < layers; i++)
        {
            var width = inputs + i * growth;
            _layers.Add(Sequential(
                ("bn", BatchNorm2d(width)),
                ("relu", ReLU(inplace: true)),
                ("conv", Conv2d(width, growth, 3, padding: 1))));
            register_module($"layer{i + 1}", _layers[i]);
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

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.DenseNets;

/// <summary>Batch norm, ReLU, convolution 1x1 to four times the growth; batch norm, ReLU, convolution 3x3 to the growth.</summary>
internal sealed class DenseLayer : Module<Tensor, Tensor>
{
    private const int BottleneckFactor = 4;

    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d conv2;

    public DenseLayer(int inputs, int growth)
        : base(nameof(DenseLayer))
    {
        norm1 = BatchNorm2d(inputs);
        conv1 = Conv2d(inputs, BottleneckFactor * growth, 1, bias: false);
        norm2 = BatchNorm2d(BottleneckFactor * growth);
        conv2 = Conv2d(BottleneckFactor * growth, growth, 3, padding: 1, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = conv1.call(norm1.call(input).relu_());
        x = conv2.call(norm2.call(x).relu_());
        return x.MoveToOuterDisposeScope();
    }
}

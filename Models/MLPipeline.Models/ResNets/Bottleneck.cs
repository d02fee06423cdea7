using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.ResNets;

/// <summary>Convolutions 1x1, 3x3 (which carries the stride) and 1x1, and a shortcut.</summary>
internal sealed class Bottleneck : Module<Tensor, Tensor>
{
    /// <summary>How many times wider the block is outside than inside.</summary>
    public const int Expansion = 4;

    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm2d bn3;
    private readonly Sequential? downsample;

    public Bottleneck(int inputs, int width, int stride)
        : base(nameof(Bottleneck))
    {
        conv1 = Conv2d(inputs, width, 1, bias: false);
        bn1 = BatchNorm2d(width);
        conv2 = Conv2d(width, width, 3, stride: stride, padding: 1, bias: false);
        bn2 = BatchNorm2d(width);
        conv3 = Conv2d(width, width * Expansion, 1, bias: false);
        bn3 = BatchNorm2d(width * Expansion);
        downsample = Shortcut.Create(inputs, width * Expansion, stride);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = bn1.call(conv1.call(input)).relu_();
        x = bn2.call(conv2.call(x)).relu_();
        x = bn3.call(conv3.call(x));
        var shortcut = downsample is null ? input : downsample.call(input);
        return x.add_(shortcut).relu_().MoveToOuterDisposeScope();
    }
}

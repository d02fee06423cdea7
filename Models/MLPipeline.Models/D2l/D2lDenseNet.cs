using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.D2l;

/// <summary>
/// DenseNet as the book "Dive into Deep Learning" (d2l.ai, section 8.7) teaches it: four blocks of four convolutions, growth 32,
/// no bottlenecks. Transitions pool an odd height or width rounding up, so that images of 28x28 fit; the book's sizes
/// (96, 224) are even at every transition, where that makes no difference.
/// </summary>
public sealed class D2lDenseNet : Module<Tensor, Tensor>
{
    private const int Growth = 32;
    private const int Blocks = 4;
    private const int ConvolutionsPerBlock = 4;

    private readonly Sequential net;

    /// <summary>Creates the network with torch's default initialisation.</summary>
    /// <param name="options">Channels and classes.</param>
    public D2lDenseNet(ModelOptions options)
        : base(nameof(D2lDenseNet))
    {
        net = Sequential(("stem", D2lStem.Create(options.Channels)));
        var width = D2lStem.Width;
        for (var i = 1; i <= Blocks; i++)
        {
            net.append($"block{i}", new D2lDenseBlock(width, Growth, ConvolutionsPerBlock));
            width += Growth * ConvolutionsPerBlock;
            if (i == Blocks)
                break;
            net.append($"transition{i}", Transition(width));
            width /= 2;
        }

        net.append("bn", BatchNorm2d(width))
            .append("relu", ReLU(inplace: true))
            .append("pool", AdaptiveAvgPool2d(1))
            .append("flatten", Flatten())
            .append("fc", Linear(width, options.Classes));
        RegisterComponents();
    }

    [Model("d2l-densenet", "D2L", "DenseNet as 'Dive into Deep Learning' teaches it: four blocks of four convolutions, growth 32")]
    internal static D2lDenseNet Create(ModelOptions options) => new(options);

    /// <summary>Logits of a batch.</summary>
    /// <param name="input">Float32 [batch, channels, height, width].</param>
    /// <returns>Float32 [batch, classes].</returns>
    public override Tensor forward(Tensor input) => net.call(input);

    private static Sequential Transition(int width) => Sequential(
        ("bn", BatchNorm2d(width)),
        ("relu", ReLU(inplace: true)),
        ("conv", Conv2d(width, width / 2, 1)),
        ("pool", AvgPool2d(2, stride: 2, ceil_mode: true, count_include_pad: false)));
}

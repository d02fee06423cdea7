using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLPipeline.Models.ResNets;

/// <summary>
/// Residual network, torchvision's: He et al., arXiv:1512.03385, with the stride of a bottleneck on its 3x3 convolution
/// ("V1.5"). State-dict keys, shapes and initialisation equal torchvision's.
/// </summary>
public sealed class ResNet : Module<Tensor, Tensor>
{
    private const int StemWidth = 64;

    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly Linear fc;
    private readonly bool _pooled;

    /// <summary>Creates the network: convolutions normal by fan-out for ReLU, batch norms 1 and 0, the linear layer torch's default.</summary>
    /// <param name="options">Channels, classes, stem.</param>
    /// <param name="bottleneck">Whether blocks are 1x1, 3x3, 1x1 (four times as wide outside) instead of 3x3, 3x3.</param>
    /// <param name="blocks">Blocks in each of the four stages.</param>
    public ResNet(ModelOptions options, bool bottleneck, (int First, int Second, int Third, int Fourth) blocks)
        : base(nameof(ResNet))
    {
        var expansion = bottleneck ? Bottleneck.Expansion : 1;
        _pooled = options.Stem == ImageStem.ImageNet;
        conv1 = _pooled
            ? Conv2d(options.Channels, StemWidth, 7, stride: 2, padding: 3, bias: false)
            : Conv2d(options.Channels, StemWidth, 3, stride: 1, padding: 1, bias: false);
        bn1 = BatchNorm2d(StemWidth);
        layer1 = Stage(bottleneck, StemWidth, 64, blocks.First, stride: 1);
        layer2 = Stage(bottleneck, 64 * expansion, 128, blocks.Second, stride: 2);
        layer3 = Stage(bottleneck, 128 * expansion, 256, blocks.Third, stride: 2);
        layer4 = Stage(bottleneck, 256 * expansion, 512, blocks.Fourth, stride: 2);
        fc = Linear(512 * expansion, options.Classes);
        RegisterComponents();
        Initialization.KaimingNormal(this, init.FanInOut.FanOut);
    }

    /// <summary>Logits of a batch.</summary>
    /// <param name="input">Float32 [batch, channels, height, width].</param>
    /// <returns>Float32 [batch, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = bn1.call(conv1.call(input)).relu_();
        if (_pooled)
            x = max_pool2d(x, 3, stride: 2, padding: 1);
        x = layer1.call(x);
        x = layer2.call(x);
        x = layer3.call(x);
        x = layer4.call(x);
        x = adaptive_avg_pool2d(x, 1).flatten(1);
        return fc.call(x).MoveToOuterDisposeScope();
    }

    private static Sequential Stage(bool bottleneck, int inputs, int width, int blocks, int stride)
    {
        var outputs = bottleneck ? width * Bottleneck.Expansion : width;
        var stage = Sequential();
        for (var i = 0; i < blocks; i++)
            stage.append(Block(bottleneck, i == 0 ? inputs : outputs, width, i == 0 ? stride : 1));
        return stage;
    }

    private static Module<Tensor, Tensor> Block(bool bottleneck, int inputs, int width, int stride) =>
        bottleneck ? new Bottleneck(inputs, width, stride) : new BasicBlock(inputs, width, stride);
}

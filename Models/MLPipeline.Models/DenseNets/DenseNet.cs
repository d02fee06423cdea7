using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLPipeline.Models.DenseNets;

/// <summary>
/// Densely connected network, torchvision's DenseNet-BC: Huang et al., arXiv:1608.06993. State-dict keys, shapes and
/// initialisation equal torchvision's. With <see cref="ImageStem.Small"/> the stem is conv0 (3x3, stride 1), norm0, relu0
/// and no pool0; keys stay the same and conv0's kernel is the one shape that differs.
/// </summary>
public sealed class DenseNet : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly Linear classifier;

    /// <summary>Creates the network: convolutions normal by fan-in for ReLU, batch norms 1 and 0, the linear bias 0.</summary>
    /// <param name="options">Channels, classes, stem.</param>
    /// <param name="growth">Channels every layer adds.</param>
    /// <param name="stemWidth">Channels of the stem.</param>
    /// <param name="layers">Layers in each dense block; between two blocks a transition halves channels, height and width.</param>
    public DenseNet(ModelOptions options, int growth, int stemWidth, params ReadOnlySpan<int> layers)
        : base(nameof(DenseNet))
    {
        features = Stem(options, stemWidth);
        var width = stemWidth;
        for (var i = 0; i < layers.Length; i++)
        {
            if (i > 0)
            {
                features.append($"transition{i}", Transition(width));
                width /= 2;
            }

            features.append($"denseblock{i + 1}", new DenseBlock(width, growth, layers[i]));
            width += layers[i] * growth;
        }

        features.append("norm5", BatchNorm2d(width));
        classifier = Linear(width, options.Classes);
        RegisterComponents();
        Initialization.KaimingNormal(this, init.FanInOut.FanIn);
        init.zeros_(classifier.bias);
    }

    /// <summary>Logits of a batch.</summary>
    /// <param name="input">Float32 [batch, channels, height, width], 8x8 or more with the small stem, 29x29 with ImageNet's.</param>
    /// <returns>Float32 [batch, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = features.call(input).relu_();
        x = adaptive_avg_pool2d(x, 1).flatten(1);
        return classifier.call(x).MoveToOuterDisposeScope();
    }

    private static Sequential Stem(ModelOptions options, int width)
    {
        var imageNet = options.Stem == ImageStem.ImageNet;
        var stem = Sequential(
            ("conv0", imageNet
                ? Conv2d(options.Channels, width, 7, stride: 2, padding: 3, bias: false)
                : Conv2d(options.Channels, width, 3, stride: 1, padding: 1, bias: false)),
            ("norm0", BatchNorm2d(width)),
            ("relu0", ReLU(inplace: true)));
        return imageNet ? stem.append("pool0", MaxPool2d(3, stride: 2, padding: 1)) : stem;
    }

    private static Sequential Transition(int width) => Sequential(
        ("norm", BatchNorm2d(width)),
        ("relu", ReLU(inplace: true)),
        ("conv", Conv2d(width, width / 2, 1, bias: false)),
        ("pool", AvgPool2d(2, stride: 2)));
}

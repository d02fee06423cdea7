using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.D2l;

/// <summary>
/// ResNet-18 as the book "Dive into Deep Learning" (d2l.ai, section 8.6) teaches it: convolutions with bias, shortcuts without
/// batch norm.
/// </summary>
public sealed class D2lResNet18 : Module<Tensor, Tensor>
{
    private readonly Sequential net;

    /// <summary>Creates the network with torch's default initialisation.</summary>
    /// <param name="options">Channels and classes.</param>
    public D2lResNet18(ModelOptions options)
        : base(nameof(D2lResNet18))
    {
        net = Sequential(
            ("stem", D2lStem.Create(options.Channels)),
            ("stage1", Stage(D2lStem.Width, 64, stride: 1)),
            ("stage2", Stage(64, 128, stride: 2)),
            ("stage3", Stage(128, 256, stride: 2)),
            ("stage4", Stage(256, 512, stride: 2)),
            ("pool", AdaptiveAvgPool2d(1)),
            ("flatten", Flatten()),
            ("fc", Linear(512, options.Classes)));
        RegisterComponents();
    }

    [Model("d2l-resnet18", "D2L", "ResNet-18 as 'Dive into Deep Learning' teaches it: biases, shortcuts without batch norm")]
    internal static D2lResNet18 Create(ModelOptions options) => new(options);

    /// <summary>Logits of a batch.</summary>
    /// <param name="input">Float32 [batch, channels, height, width].</param>
    /// <returns>Float32 [batch, classes].</returns>
    public override Tensor forward(Tensor input) => net.call(input);

    private static Sequential Stage(int inputs, int width, int stride) =>
        Sequential(new D2lResidual(inputs, width, stride), new D2lResidual(width, width, stride: 1));
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLPipeline.Models.LeNets;

/// <summary><see cref="LeNet"/> with batch normalisation before every sigmoid. Ioffe and Szegedy, arXiv:1502.03167.</summary>
public sealed class LeNetBN : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Linear fc1;
    private readonly BatchNorm1d bn3;
    private readonly Linear fc2;
    private readonly BatchNorm1d bn4;
    private readonly Linear fc3;

    /// <summary>Creates the network with torch's default initialisation.</summary>
    /// <param name="options">Channels and classes.</param>
    public LeNetBN(ModelOptions options)
        : base(nameof(LeNetBN))
    {
        conv1 = Conv2d(options.Channels, 6, 5);
        bn1 = BatchNorm2d(6);
        conv2 = Conv2d(6, 16, 5);
        bn2 = BatchNorm2d(16);
        fc1 = Linear(256, 120);
        bn3 = BatchNorm1d(120);
        fc2 = Linear(120, 84);
        bn4 = BatchNorm1d(84);
        fc3 = Linear(84, options.Classes);
        RegisterComponents();
    }

    [Model("lenet-bn", "LeNet", "LeNet-5 with batch normalisation before every sigmoid", FixedInput = 28)]
    internal static LeNetBN Create(ModelOptions options) => new(options);

    /// <summary>Logits of a batch.</summary>
    /// <param name="input">Float32 [batch, channels, 28, 28]; in training mode a batch of two or more.</param>
    /// <returns>Float32 [batch, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = max_pool2d(bn1.call(conv1.call(input)).sigmoid(), 2);
        x = max_pool2d(bn2.call(conv2.call(x)).sigmoid(), 2).flatten(1);
        x = bn3.call(fc1.call(x)).sigmoid();
        x = bn4.call(fc2.call(x)).sigmoid();
        return fc3.call(x).MoveToOuterDisposeScope();
    }
}

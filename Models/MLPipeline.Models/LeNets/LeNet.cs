using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace MLPipeline.Models.LeNets;

/// <summary>LeNet-5 with sigmoids and max pooling, for images of 28x28. LeCun et al., "Gradient-based learning applied to document recognition", 1998.</summary>
public sealed class LeNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly Linear fc3;

    /// <summary>Creates the network with torch's default initialisation.</summary>
    /// <param name="options">Channels and classes.</param>
    public LeNet(ModelOptions options)
        : base(nameof(LeNet))
    {
        conv1 = Conv2d(options.Channels, 6, 5);
        conv2 = Conv2d(6, 16, 5);
        fc1 = Linear(256, 120);
        fc2 = Linear(120, 84);
        fc3 = Linear(84, options.Classes);
        RegisterComponents();
    }

    [Model("lenet", "LeNet", "LeNet-5: two convolutions, three linear layers, sigmoids", FixedInput = 28)]
    internal static LeNet Create(ModelOptions options) => new(options);

    /// <summary>Logits of a batch.</summary>
    /// <param name="input">Float32 [batch, channels, 28, 28].</param>
    /// <returns>Float32 [batch, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = max_pool2d(conv1.call(input).sigmoid(), 2);
        x = max_pool2d(conv2.call(x).sigmoid(), 2).flatten(1);
        x = fc1.call(x).sigmoid();
        x = fc2.call(x).sigmoid();
        return fc3.call(x).MoveToOuterDisposeScope();
    }
}

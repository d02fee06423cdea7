using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>LeNet's shape in small: conv, BN, sigmoid, max pool, flatten, linear with BN.</summary>
internal sealed class SmallLeNet : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv1 = Conv2d(1, 4, 3);
    private readonly Module<Tensor, Tensor> bn1 = BatchNorm2d(4);
    private readonly Module<Tensor, Tensor> fc1 = Linear(36, 8);
    private readonly Module<Tensor, Tensor> bn2 = BatchNorm1d(8);
    private readonly Module<Tensor, Tensor> fc2 = Linear(8, 3);

    public SmallLeNet()
        : base(nameof(SmallLeNet))
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = functional.max_pool2d(functional.sigmoid(bn1.call(conv1.call(input))), 2);
        return fc2.call(functional.sigmoid(bn2.call(fc1.call(x.flatten(1)))));
    }
}

/// <summary>A residual block as torchvision writes it, with a downsample branch when the shape changes.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv1;
    private readonly Module<Tensor, Tensor> bn1;
    private readonly Module<Tensor, Tensor> relu = ReLU(inplace: true);
    private readonly Module<Tensor, Tensor> conv2;
    private readonly Module<Tensor, Tensor> bn2;
    private readonly Module<Tensor, Tensor>? downsample;

    public ResidualBlock(int inputs, int outputs, int stride)
        : base(nameof(ResidualBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
        bn1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: 1, bias: false);
        bn2 = BatchNorm2d(outputs);
        if (stride != 1 || inputs != outputs)
            downsample = Sequential(("0", Conv2d(inputs, outputs, 1, stride: stride, bias: false)), ("1", BatchNorm2d(outputs)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = relu.call(bn1.call(conv1.call(input)));
        x = bn2.call(conv2.call(x));
        x.add_(downsample?.call(input) ?? input);
        return relu.call(x);
    }
}

/// <summary>Stem, two residual blocks (the second with a downsample), global average pool, linear.</summary>
internal sealed class SmallResNet : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> stem = Sequential(
        ("conv", Conv2d(3, 4, 3, padding: 1, bias: false)), ("bn", BatchNorm2d(4)), ("relu", ReLU(inplace: true)), ("pool", MaxPool2d(3, stride: 2, padding: 1)));

    private readonly Module<Tensor, Tensor> layers = Sequential(("0", new ResidualBlock(4, 4, 1)), ("1", new ResidualBlock(4, 6, 2)));
    private readonly Module<Tensor, Tensor> pool = AdaptiveAvgPool2d(1);
    private readonly Module<Tensor, Tensor> fc = Linear(6, 5);

    public SmallResNet()
        : base(nameof(SmallResNet))
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => fc.call(pool.call(layers.call(stem.call(input))).flatten(1));
}

/// <summary>A dense block: each layer reads the concatenation of all before it, through BN and ReLU.</summary>
internal sealed class SmallDenseNet : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> stem = Conv2d(1, 4, 3, padding: 1, bias: false);
    private readonly ModuleList<Module<Tensor, Tensor>> layers = [];
    private readonly Module<Tensor, Tensor> transition = Sequential(("norm", BatchNorm2d(10)), ("relu", ReLU()), ("conv", Conv2d(10, 5, 1)), ("pool", AvgPool2d(2)));
    private readonly Module<Tensor, Tensor> fc = Linear(5, 4);

    public SmallDenseNet()
        : base(nameof(SmallDenseNet))
    {
        for (var i = 0; i < 3; i++)
            layers.Add(Sequential(("norm", BatchNorm2d(4 + 2 * i)), ("relu", ReLU(inplace: true)), ("conv", Conv2d(4 + 2 * i, 2, 3, padding: 1, bias: false))));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var features = new List<Tensor> { stem.call(input) };
        foreach (var layer in layers)
            features.Add(layer.call(cat([.. features], 1)));
        var x = transition.call(cat([.. features], 1));
        return fc.call(functional.adaptive_avg_pool2d(functional.relu(x), 1).flatten(1));
    }
}

/// <summary>Two convolutions with normalisations that read one input.</summary>
internal sealed class TwoHeads : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> left = Sequential(("conv", Conv2d(2, 3, 3, bias: false)), ("bn", BatchNorm2d(3)));
    private readonly Module<Tensor, Tensor> right = Sequential(("conv", Conv2d(2, 3, 3)), ("bn", BatchNorm2d(3)));

    public TwoHeads()
        : base(nameof(TwoHeads))
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => left.call(input) + right.call(input);
}

/// <summary>One convolution that runs twice, before two normalisations.</summary>
internal sealed class SharedConvolution : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv = Conv2d(2, 3, 3);
    private readonly Module<Tensor, Tensor> bn1 = BatchNorm2d(3);
    private readonly Module<Tensor, Tensor> bn2 = BatchNorm2d(3);

    public SharedConvolution()
        : base(nameof(SharedConvolution))
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => bn1.call(conv.call(input)) + bn2.call(conv.call(input * 2));
}

/// <summary>A convolution whose result is read before and after its normalisation.</summary>
internal sealed class SecondReader : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv = Conv2d(2, 3, 3);
    private readonly Module<Tensor, Tensor> bn = BatchNorm2d(3);

    public SecondReader()
        : base(nameof(SecondReader))
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = conv.call(input);
        return bn.call(x) + x;
    }
}

/// <summary>The networks by name, with batch statistics that are not those of a new module.</summary>
internal static class SmallNets
{
    public static Module<Tensor, Tensor> Create(string name)
    {
        random.manual_seed(11);
        Module<Tensor, Tensor> module = name switch
        {
            nameof(SmallLeNet) => new SmallLeNet(),
            nameof(SmallResNet) => new SmallResNet(),
            nameof(SmallDenseNet) => new SmallDenseNet(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
        Unsettle(module);
        return module;
    }

    /// <summary>The shape of an input.</summary>
    public static long[] InputOf(string name) => name == nameof(SmallResNet) ? [2, 3, 16, 16] : [2, 1, 8, 8];

    /// <summary>Gives every batch normalisation weights and statistics that a wrong fold would show.</summary>
    public static void Unsettle(Module module)
    {
        using var mode = no_grad();
        foreach (var (_, child) in module.named_modules())
        {
            if (child is not NormBase norm)
                continue;
            norm.weight?.uniform_(0.5, 1.5);
            norm.bias?.uniform_(-0.5, 0.5);
            norm.running_mean?.uniform_(-0.5, 0.5);
            norm.running_var?.uniform_(0.5, 2);
        }
    }
}

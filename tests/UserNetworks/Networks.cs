using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UserNetworks;

/// <summary>What a hidden layer is followed by.</summary>
public enum Activation
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>The logistic function.</summary>
    Sigmoid,
}

/// <summary>Without arguments; a layer of it comes from another library.</summary>
public sealed class PlainNet : nn.Module<Tensor, Tensor>
{
    private readonly Linear _first = nn.Linear(6, 5);
    private readonly UserLayers.Scale _scale = new(5);

    /// <summary>With random weights.</summary>
    public PlainNet()
        : base(nameof(PlainNet)) => RegisterComponents();

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _scale.call(_first.call(input).relu());
}

/// <summary>With arguments, some of them optional.</summary>
public sealed class ChosenNet : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _layers;

    /// <summary>With random weights.</summary>
    public ChosenNet(int classes, int[]? hidden = null, Activation activation = Activation.Relu, bool bias = true)
        : base(nameof(ChosenNet))
    {
        _layers = nn.Sequential();
        var width = 6;
        foreach (var next in hidden ?? [])
        {
            _layers.append(nn.Linear(width, next, bias));
            _layers.append(activation == Activation.Relu ? nn.ReLU() : nn.Sigmoid());
            width = next;
        }

        _layers.append(nn.Linear(width, classes, bias));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _layers.call(input);
}

/// <summary>Takes two inputs.</summary>
public sealed class TwoInputs : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>It has no weights.</summary>
    public TwoInputs()
        : base(nameof(TwoInputs))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input1, Tensor input2) => input1 + input2;
}

/// <summary>Nobody outside may see it.</summary>
internal sealed class HiddenNet : nn.Module<Tensor, Tensor>
{
    private HiddenNet()
        : base(nameof(HiddenNet))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input.sigmoid();
}

/// <summary>Prints, as networks under work do.</summary>
public sealed class TalkativeNet : nn.Module<Tensor, Tensor>
{
    /// <summary>Says so.</summary>
    public TalkativeNet()
        : base(nameof(TalkativeNet)) => Console.WriteLine("hello from the constructor");

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input.tanh();
}

/// <summary>Has several things in it that can't be exported.</summary>
public sealed class RefusedNet : nn.Module<Tensor, Tensor>
{
    /// <summary>It has no weights.</summary>
    public RefusedNet()
        : base(nameof(RefusedNet))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input * input.data<float>()[0] + input.mean().item<float>();
}

/// <summary>Its constructor throws.</summary>
public sealed class BrokenNet : nn.Module<Tensor, Tensor>
{
    /// <summary>Throws.</summary>
    public BrokenNet()
        : base(nameof(BrokenNet)) => throw new InvalidOperationException("the settings are missing");

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input;
}

/// <summary>Can't be made: it is abstract.</summary>
public abstract class AbstractNet() : nn.Module<Tensor, Tensor>("abstract");

/// <summary>Can't be made: of what?</summary>
public sealed class GenericNet<T>() : nn.Module<Tensor, Tensor>(typeof(T).Name)
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input;
}

/// <summary>Makes networks.</summary>
public static class Factory
{
    /// <summary>A network that takes six numbers.</summary>
    public static nn.Module<Tensor, Tensor> Create(int classes = 3) => new ChosenNet(classes, [4]);

    /// <summary>Makes nothing.</summary>
    public static nn.Module<Tensor, Tensor>? Nothing() => null;

    /// <summary>A generic network, closed.</summary>
    public static nn.Module Closed() => new GenericNet<int>();
}

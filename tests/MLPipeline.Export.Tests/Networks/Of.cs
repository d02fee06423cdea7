using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>A module of a function, for networks that need no weights of their own.</summary>
internal sealed class Of : Module<Tensor, Tensor>
{
    private readonly Func<Of, Tensor, Tensor> _forward;

    public Of(Func<Of, Tensor, Tensor> forward)
        : base(nameof(Of)) => _forward = forward;

    public override Tensor forward(Tensor input) => _forward(this, input);
}

/// <summary>A module of a function of two tensors.</summary>
internal sealed class OfTwo(Func<Tensor, Tensor, Tensor> function) : Module<Tensor, Tensor, Tensor>(nameof(OfTwo))
{
    public override Tensor forward(Tensor first, Tensor second) => function(first, second);
}

/// <summary>A module of a function of three tensors.</summary>
internal sealed class OfThree(Func<Tensor, Tensor, Tensor, Tensor> function) : Module<Tensor, Tensor, Tensor, Tensor>(nameof(OfThree))
{
    public override Tensor forward(Tensor first, Tensor second, Tensor third) => function(first, second, third);
}

/// <summary>A module of a function that gives several tensors.</summary>
internal sealed class OfMany(Func<Tensor, IReadOnlyList<Tensor>> function) : Module<Tensor, IReadOnlyList<Tensor>>(nameof(OfMany))
{
    public override IReadOnlyList<Tensor> forward(Tensor input) => function(input);
}

/// <summary>A module of a function of two tensors that gives several.</summary>
internal sealed class OfTwoToMany(Func<Tensor, Tensor, IReadOnlyList<Tensor>> function) : Module<Tensor, Tensor, IReadOnlyList<Tensor>>(nameof(OfTwoToMany))
{
    public override IReadOnlyList<Tensor> forward(Tensor first, Tensor second) => function(first, second);
}

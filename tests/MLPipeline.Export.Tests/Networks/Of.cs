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

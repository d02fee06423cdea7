using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>The tensors that a user's own operator is given, as they were before it ran: nobody knows what it does with them.</summary>
internal sealed class GivenTensors
{
    private readonly List<(Tensor Tensor, ConstantContent Before)> _given;

    /// <summary>Looks at the arguments of a call.</summary>
    public GivenTensors(IEnumerable<object?> arguments) => _given = [.. arguments.SelectMany(In).Select(tensor => (tensor, ConstantContent.Of(tensor)))];

    /// <summary>Whether one of them has other elements now.</summary>
    public bool HaveChanged => _given.Any(g => !g.Tensor.IsInvalid && !ConstantContent.Of(g.Tensor).Equals(g.Before));

    private static IEnumerable<Tensor> In(object? argument) => argument switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => In(tuple[i])),
        IEnumerable<Tensor> list => list,
        _ => [],
    };
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.Tests.Fixtures;

/// <summary>Printed form of a network's state.</summary>
internal static class StateDict
{
    /// <summary>One line per entry, key and shape, in ordinal order.</summary>
    public static IReadOnlyList<string> Print(Module network) =>
        [.. network.state_dict().Select(e => $"{e.Key} {Shape(e.Value)}").Order(StringComparer.Ordinal)];

    private static string Shape(Tensor tensor) => tensor.dim() == 0 ? "scalar" : string.Join('x', tensor.shape);
}

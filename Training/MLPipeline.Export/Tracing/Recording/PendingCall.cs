using System.Reflection;
using MLPipeline.Export.Converters;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>A call whose arguments are known and whose result is not yet.</summary>
/// <param name="Method">The TorchSharp method.</param>
/// <param name="Converter">The converter that will turn the call into nodes.</param>
/// <param name="Arguments">By parameter name.</param>
/// <param name="Receiver">The tensor an in-place call changes; else null.</param>
internal sealed record PendingCall(
    MethodBase Method, ConverterEntry Converter, IReadOnlyDictionary<string, Argument> Arguments, Tensor? Receiver)
{
    /// <summary>The tensor that the method was called on; null when it was called on none.</summary>
    public Tensor? Self { get; init; }

    /// <summary>What to take for the result, so that the method need not run; null when it must.</summary>
    public Tensor? StandIn { get; init; }

    /// <summary>What a user's own operator is given; null for others.</summary>
    public GivenTensors? Given { get; init; }

    /// <summary>How a result shows the memory of the tensor that the method was called on; null when it has its own, or when that is not known.</summary>
    /// <param name="results">All results.</param>
    /// <param name="index">Which of them.</param>
    public ViewOf? ViewOn(IReadOnlyList<Tensor> results, int index) =>
        ViewOf.By(Converter.Key, Arguments, [.. results.Select(r => r.shape)], index) is { } view
        && Self is { IsInvalid: false } self && TensorMemory.Of(self) is { } memory && TensorMemory.Of(results[index])?.Storage == memory.Storage
            ? view
            : null;
}

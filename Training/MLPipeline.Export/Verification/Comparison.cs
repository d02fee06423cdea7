using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>What a file is fed, and what it must give.</summary>
/// <param name="Inputs">In order.</param>
/// <param name="Expected">In order.</param>
/// <param name="Where">For errors: which inputs these are.</param>
internal sealed record Comparison(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Expected, string Where)
{
    /// <summary>The length of the batch; 0 when there is none, or nobody knows.</summary>
    public int Batch { get; init; }

    /// <summary>The lengths of symbolic axes, where they are known.</summary>
    public IReadOnlyDictionary<string, long> Lengths { get; init; } = new Dictionary<string, long>();
}

using static TorchSharp.torch;

namespace MLPipeline.Models.Weights;

/// <summary>A tensor as views of at most 1 GiB: a span of bytes in .NET ends at 2 GiB.</summary>
internal static class TensorPieces
{
    private const long PieceBytes = 1L << 30;

    /// <summary>The pieces of a dense CPU tensor, in order; none when it has no elements.</summary>
    public static IEnumerable<Tensor> Of(Tensor tensor)
    {
        var flat = tensor.view(-1);
        var step = PieceBytes / flat.ElementSize;
        for (var start = 0L; start < flat.numel(); start += step)
            yield return flat.narrow(0, start, Math.Min(step, flat.numel() - start));
    }
}

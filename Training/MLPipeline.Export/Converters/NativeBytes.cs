using System.Buffers;
using System.Runtime.CompilerServices;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// A tensor's elements where libtorch has them: weights go into the file without a copy on the way. The storage lives at least as long as
/// this, whoever disposes the tensor.
/// </summary>
internal sealed class NativeBytes : MemoryManager<byte>
{
    // A block of memory in .NET ends at 2 GiB; a larger tensor is several of this size.
    private const long PieceBytes = 1L << 30;

    private readonly Tensor _tensor;

    private NativeBytes(Tensor tensor) => _tensor = tensor;

    /// <summary>The elements, row-major, in one piece while they fit into one.</summary>
    public static ReadOnlySequence<byte> Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        if (flat.numel() * flat.ElementSize <= int.MaxValue)
            return ByteSequence.Of(Piece(flat));
        var step = PieceBytes / flat.ElementSize;
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (var start = 0L; start < flat.numel(); start += step)
            pieces.Add(Piece(flat.narrow(0, start, Math.Min(step, flat.numel() - start))));
        return ByteSequence.Of(pieces);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => _tensor.bytes;

    /// <inheritdoc/>
    public override unsafe MemoryHandle Pin(int elementIndex = 0) => new(Unsafe.AsPointer(ref GetSpan()[elementIndex]));

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _tensor.Dispose();
    }

    // A handle of its own keeps the storage; no dispose scope knows of it, and the garbage collector ends it.
    private static ReadOnlyMemory<byte> Piece(Tensor tensor) => new NativeBytes(tensor.alias().DetachFromDisposeScope()).Memory;
}

using System.Buffers;

namespace MLPipeline.Onnx.Graphs;

/// <summary>Byte sequences made of several pieces of memory.</summary>
public static class ByteSequence
{
    /// <summary>One sequence over all pieces, in order. The memory is kept, not copied.</summary>
    public static ReadOnlySequence<byte> Of(params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Piece? first = null, last = null;
        foreach (var piece in pieces.Where(p => !p.IsEmpty))
        {
            last = new Piece(piece, last);
            first ??= last;
        }

        return first is null ? ReadOnlySequence<byte>.Empty
            : first == last ? new ReadOnlySequence<byte>(first.Memory)
            : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>The same bytes, however they are cut.</summary>
    public static bool Equal(ReadOnlySequence<byte> a, ReadOnlySequence<byte> b)
    {
        if (a.Length != b.Length) return false;
        while (a.Length > 0)
        {
            var common = Math.Min(a.FirstSpan.Length, b.FirstSpan.Length);
            if (!a.FirstSpan[..common].SequenceEqual(b.FirstSpan[..common])) return false;
            a = a.Slice(common);
            b = b.Slice(common);
        }

        return true;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}

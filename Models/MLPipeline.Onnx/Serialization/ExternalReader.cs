using System.Buffers;
using System.Globalization;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;

namespace MLPipeline.Onnx.Serialization;

/// <summary>Constants that lie in other files beside the model. A location that leads out of the model's folder is refused, and nothing is read or reserved that a file does not hold.</summary>
/// <param name="path">The model's file.</param>
internal sealed class ExternalReader(string path)
{
    // The most that one array holds, and the size of the pieces of a tensor that has more.
    private static readonly long LargestPiece = Array.MaxLength;
    private const long PieceBytes = 1L << 30;

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    private readonly Dictionary<(string File, long Offset, long Length), ReadOnlySequence<byte>> _read = [];
    private readonly Dictionary<string, long> _taken = [];

    /// <summary>A tensor's bytes.</summary>
    /// <param name="message">The tensor.</param>
    /// <param name="expected">How many bytes type and shape ask for.</param>
    /// <param name="where">What messages call the tensor.</param>
    public ReadOnlySequence<byte> Read(TensorProto message, long expected, string where)
    {
        var (location, offset, length) = Entries(message, expected, where);
        if (length != expected)
            throw Refuse($"{where} takes {expected} bytes; its entry in '{location}' has {length}.");
        var file = FileOf(location, where);
        if (offset > file.Length || length > file.Length - offset)
            throw Refuse($"{where} is bytes {offset} to {offset} + {length} of '{location}', which has {file.Length} bytes; it is cut short, or of another model.");
        if (_read.TryGetValue((file.FullName, offset, length), out var known)) return known;

        // Several tensors may be one range; ranges that overlap otherwise could ask for far more memory than the file is large.
        var taken = _taken[file.FullName] = _taken.GetValueOrDefault(file.FullName) + length;
        if (taken > file.Length) throw Refuse($"{where} overlaps other constants in '{location}'.");
        return _read[(file.FullName, offset, length)] = Bytes(file, offset, length);
    }

    private (string Location, long Offset, long Length) Entries(TensorProto message, long expected, string where)
    {
        var entries = new Dictionary<string, string>();
        foreach (var entry in message.ExternalData)
        {
            if (!entries.TryAdd(entry.Key, entry.Value)) throw Refuse($"{where} has two external_data entries '{entry.Key}'.");
        }

        if (!entries.TryGetValue("location", out var location)) throw Refuse($"{where} lies in another file, and does not say in which.");
        return (location, Number("offset", 0), Number("length", expected));

        long Number(string key, long absent) =>
            !entries.TryGetValue(key, out var text) ? absent
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw Refuse($"{where} has the {key} '{text}' in '{location}', which is no number of bytes.");
    }

    private FileInfo FileOf(string location, string where)
    {
        var parts = location.Split('/');
        if (Path.IsPathRooted(location) || parts.Any(p => p is "" or "." or ".." || p.IndexOfAny(['\\', ':', '\0']) >= 0))
            throw Refuse($"{where} lies in '{location}'; only files in the model's own folder are read.");
        var at = _folder;
        foreach (var part in parts)
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is { } target)
                throw Refuse($"{where} lies in '{location}', which is a link to '{target}'; put the file itself into the model's folder.");
        }

        var file = new FileInfo(at);
        return file.Exists ? file : throw Refuse($"{where} lies in '{location}', and there is no such file in {_folder}. Keep the two files together.");
    }

    private ReadOnlySequence<byte> Bytes(FileInfo file, long offset, long length)
    {
        // Also keeps away from a named pipe, which has no length and would never answer.
        if (length == 0) return ReadOnlySequence<byte>.Empty;
        using var handle = File.OpenHandle(file.FullName);
        var pieces = new List<ReadOnlyMemory<byte>>();
        while (length > 0)
        {
            var piece = GC.AllocateUninitializedArray<byte>((int)(length <= LargestPiece ? length : PieceBytes));
            for (var read = 0; read < piece.Length;)
            {
                var more = RandomAccess.Read(handle, piece.AsSpan(read), offset + read);
                read += more > 0 ? more : throw Refuse($"'{file.Name}' got shorter while it was read.");
            }

            pieces.Add(piece);
            (offset, length) = (offset + piece.Length, length - piece.Length);
        }

        return ByteSequence.Of(pieces);
    }

    private InvalidOnnxFileException Refuse(string problem) => new(path, problem);
}

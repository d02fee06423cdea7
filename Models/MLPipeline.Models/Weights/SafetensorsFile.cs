using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLPipeline.Models.Weights;

/// <summary>A safetensors file open for reading, one tensor at a time.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly string _path;

    private SafetensorsFile(SafeFileHandle handle, string path, long dataStart, SafetensorsHeader header)
    {
        _handle = handle;
        _path = path;
        _dataStart = dataStart;
        Entries = header.Entries.ToDictionary(e => e.Name);
        Metadata = header.Metadata;
    }

    /// <summary>What the file holds, by key.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>Facts that travel with the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: types, shapes and places of all tensors against each other and against the file.</summary>
    /// <exception cref="InvalidSafetensorsException">The file is none, or is damaged.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var handle = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(handle);
            var prefix = new byte[SafetensorsHeader.PrefixBytes];
            if (length < prefix.Length)
                throw new InvalidSafetensorsException(path, $"it has {length} bytes; the first {prefix.Length} must say how long its header is.");
            Fill(handle, prefix, 0, path);
            var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            var largest = Math.Min(length - prefix.Length, SafetensorsHeader.MaxBytes);
            if (headerBytes > (ulong)largest)
                throw new InvalidSafetensorsException(path, $"it says that its header has {headerBytes} bytes; at most {largest} are possible in a file of {length}. It may be of another format.");
            var json = new byte[(int)headerBytes];
            Fill(handle, json, prefix.Length, path);
            var dataStart = prefix.Length + json.Length;
            return new SafetensorsFile(handle, path, dataStart, SafetensorsHeader.Parse(json, length - dataStart, path));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor.</summary>
    /// <returns>A tensor on the CPU, the caller's to dispose.</returns>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidSafetensorsException">The file has got shorter, or truth values are neither 0 nor 1.</exception>
    public Tensor Read(string name)
    {
        var entry = Entries.GetValueOrDefault(name) ?? throw new KeyNotFoundException($"'{_path}' has no tensor '{name}'.");
        using var scope = NewDisposeScope();
        var tensor = empty([.. entry.Shape], entry.Type);
        var at = _dataStart + entry.Offset;
        foreach (var piece in TensorPieces.Of(tensor))
        {
            var bytes = piece.bytes;
            Fill(_handle, bytes, at, _path);
            if (entry.Type == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
                throw new InvalidSafetensorsException(_path, $"'{name}' is BOOL and holds bytes that are neither 0 nor 1.");
            at += bytes.Length;
        }

        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static void Fill(SafeFileHandle handle, Span<byte> bytes, long offset, string path)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(handle, bytes, offset);
            if (read == 0)
                throw new InvalidSafetensorsException(path, "it got shorter while it was read.");
            bytes = bytes[read..];
            offset += read;
        }
    }
}

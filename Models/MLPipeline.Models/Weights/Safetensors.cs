using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLPipeline.Models.Weights;

/// <summary>State dicts to and from safetensors files, the format in which Python shares weights: a header and raw numbers, no code.</summary>
public static class Safetensors
{
    private const int Alignment = 8;

    /// <summary>Writes a module's parameters and buffers.</summary>
    /// <inheritdoc cref="Save(IReadOnlyDictionary{string, Tensor}, string, IReadOnlyDictionary{string, string}?)"/>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        Save(module.state_dict(), path, metadata);
    }

    /// <summary>Writes tensors by name, one after the other: no more than one is copied at a time, and only one that is not dense on the CPU.</summary>
    /// <param name="tensors">The tensors; each becomes dense and row-major in the file.</param>
    /// <param name="path">The file; replaced if it exists, and only when all was written.</param>
    /// <param name="metadata">Facts that travel with the file.</param>
    /// <exception cref="NotSupportedException">A tensor's type is none of the format; the message names all such.</exception>
    /// <exception cref="ArgumentException">A name is that of the metadata, or the names fill more than the format's 100 MB.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(IReadOnlyDictionary<string, Tensor> tensors, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Check(tensors);
        // Widest first, so that every tensor begins at a multiple of its element's size.
        var ordered = tensors.OrderByDescending(t => SafetensorsType.SizeOf(t.Value.dtype)).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
        var header = Header(ordered, metadata);
        var total = header.Length + ordered.Sum(t => BytesOf(t.Value));
        var beside = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            LargeFile.Write(beside, total, stream =>
            {
                stream.Write(header);
                foreach (var (_, tensor) in ordered)
                    Write(tensor, stream);
            });
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <returns>Tensors on the CPU by key, the caller's to dispose.</returns>
    /// <exception cref="InvalidSafetensorsException">The file is none, or is damaged.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            foreach (var name in file.Entries.Keys)
                tensors.Add(name, file.Read(name));
            return tensors;
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
    }

    private static void Check(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (tensors.ContainsKey(SafetensorsHeader.MetadataKey))
            throw new ArgumentException($"A tensor is named {SafetensorsHeader.MetadataKey}, which the format keeps for its metadata.", nameof(tensors));
        var foreign = tensors.Where(t => t.Value.is_sparse || SafetensorsType.NameOf(t.Value.dtype) is null).Select(t => $"'{t.Key}' ({(t.Value.is_sparse ? "sparse" : t.Value.dtype)})").ToList();
        if (foreign.Count > 0)
            throw new NotSupportedException($"Safetensors files hold dense tensors of {SafetensorsType.Names}, and not {string.Join(", ", foreign)}; convert them first.");
    }

    private static byte[] Header(IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[SafetensorsHeader.PrefixBytes]);
        using (var json = new Utf8JsonWriter(buffer))
            WriteJson(json, tensors, metadata);
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        var length = buffer.Length - SafetensorsHeader.PrefixBytes;
        if (length > SafetensorsHeader.MaxBytes)
            throw new ArgumentException($"Names and metadata take {length:N0} bytes; the format ends at {SafetensorsHeader.MaxBytes:N0}.", nameof(tensors));
        var header = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach (var (key, value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        var at = 0L;
        foreach (var (name, tensor) in tensors)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", SafetensorsType.NameOf(tensor.dtype));
            WriteNumbers(json, "shape", tensor.shape);
            WriteNumbers(json, "data_offsets", at, at += BytesOf(tensor));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, params long[] numbers)
    {
        json.WriteStartArray(key);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Write(Tensor tensor, Stream stream)
    {
        using var scope = NewDisposeScope();
        foreach (var piece in TensorPieces.Of(tensor.detach().cpu().contiguous()))
            stream.Write(piece.bytes);
    }

    private static long BytesOf(Tensor tensor) => tensor.numel() * SafetensorsType.SizeOf(tensor.dtype);
}

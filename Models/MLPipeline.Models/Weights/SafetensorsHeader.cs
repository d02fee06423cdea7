using System.Text.Json;
using System.Text.Unicode;

namespace MLPipeline.Models.Weights;

/// <summary>The header of a safetensors file: eight bytes of length, then JSON. Nothing in it is believed before it is checked against the file.</summary>
/// <remarks>The format and its limits: github.com/huggingface/safetensors, README. The tensors fill the rest of the file without gap or overlap.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The largest header there may be.</summary>
    public const int MaxBytes = 100_000_000;

    /// <summary>Bytes that say how long the header is.</summary>
    public const int PrefixBytes = 8;

    /// <summary>The key of what is no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    private const int MaxRank = 64;
    private readonly string _path;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string path) => _path = path;

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    /// <summary>Facts that travel with the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads the JSON.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataBytes">What the file holds after it.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidSafetensorsException">Something is wrong.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataBytes, string path)
    {
        var header = new SafetensorsHeader(path);
        if (!Utf8.IsValid(json.Span))
            throw header.Refuse("its header is not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            header.Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidSafetensorsException(path, $"its header is no JSON object with each key once: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // A lone surrogate in a string.
            throw new InvalidSafetensorsException(path, $"its header has text that can't be read: {e.Message}", e);
        }

        header.CheckPlaces(dataBytes);
        return header;
    }

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Refuse($"its header is {root.ValueKind}, not an object.");
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
                ReadMetadata(property.Value);
            else
                _entries.Add(ReadEntry(property.Name, property.Value));
        }

        _entries.Sort((a, b) => (a.Offset, a.Length).CompareTo((b.Offset, b.Length)));
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
            throw Refuse($"its {MetadataKey} is not an object of texts.");
        foreach (var property in value.EnumerateObject())
            _metadata[property.Name] = property.Value.GetString()!;
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Refuse($"'{name}' is {value.ValueKind}, not an object with dtype, shape and data_offsets.");
        var dtype = value.TryGetProperty("dtype", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : throw Refuse($"'{name}' has no dtype.");
        var type = SafetensorsType.TypeOf(dtype) ?? throw Refuse($"'{name}' has dtype {dtype}; TorchSharp has {SafetensorsType.Names}.");
        var shape = Numbers(name, value, "shape");
        var offsets = Numbers(name, value, "data_offsets");
        if (offsets.Length != 2 || offsets[1] < offsets[0])
            throw Refuse($"'{name}' has data_offsets [{string.Join(',', offsets)}], which are not a beginning and an end.");
        var length = offsets[1] - offsets[0];
        if (BytesOf(shape, SafetensorsType.SizeOf(type)) != length)
            throw Refuse($"'{name}' is {dtype} [{string.Join(',', shape)}] and has {length} bytes, which do not go together.");
        return new SafetensorsEntry(name, type, shape, offsets[0], length);
    }

    private long[] Numbers(string name, JsonElement entry, string key)
    {
        if (!entry.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxRank)
            throw Refuse($"'{name}' has no {key} of at most {MaxRank} numbers.");
        return [.. list.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt64(out var number) && number >= 0
            ? number
            : throw Refuse($"'{name}' has {n.GetRawText()} in its {key}, which is no whole number of 0 to 2^63-1."))];
    }

    // Null for more than 2^63-1 bytes, even where a later axis is 0.
    private static long? BytesOf(long[] shape, int elementBytes)
    {
        try
        {
            return shape.Aggregate((long)elementBytes, (product, length) => checked(product * length));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private void CheckPlaces(long dataBytes)
    {
        var at = 0L;
        foreach (var entry in _entries)
        {
            if (entry.Offset < at)
                throw Refuse($"'{entry.Name}' begins at {entry.Offset}, inside the tensor before it, which ends at {at}.");
            if (entry.Offset > at)
                throw Refuse($"bytes {at} to {entry.Offset} before '{entry.Name}' belong to no tensor.");
            at += entry.Length;
            if (at > dataBytes)
                throw Refuse($"'{entry.Name}' ends at {at}; the file has {dataBytes} bytes of data. It is cut short; fetch it again.");
        }

        if (at < dataBytes)
            throw Refuse($"the last {dataBytes - at} bytes of {dataBytes} belong to no tensor.");
    }

    private InvalidSafetensorsException Refuse(string problem) => new(_path, problem);
}

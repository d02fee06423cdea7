using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace MLPipeline.Training.Checkpoints;

/// <summary>The file: a zip of facts as JSON and three states, with a SHA-256 of each, since reading a zip does not check its sums.</summary>
internal static class CheckpointFile
{
    private const string Facts = "checkpoint.json";
    private const string Weights = "weights.bin";
    private const string Optimizer = "optimizer.bin";
    private const string Random = "random.bin";
    private const string Digests = "sha256.json";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true };

    /// <summary>Writes beside, then moves.</summary>
    public static void Write(Checkpoint checkpoint, string path) => WholeFile.Write(path, stream =>
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var digests = new Dictionary<string, string>
        {
            [Facts] = Add(zip, Facts, JsonSerializer.SerializeToUtf8Bytes(checkpoint, Format)),
            [Weights] = Add(zip, Weights, checkpoint.Weights.Span),
            [Optimizer] = Add(zip, Optimizer, checkpoint.OptimizerState.Span),
            [Random] = Add(zip, Random, checkpoint.RandomState.Span),
        };
        Add(zip, Digests, JsonSerializer.SerializeToUtf8Bytes(digests, Format));
    });

    /// <summary>Reads and checks.</summary>
    public static Checkpoint Read(string path)
    {
        if (!File.Exists(path))
            throw new CheckpointException(path, "there is no such file.");
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var digests = JsonSerializer.Deserialize<Dictionary<string, string>>(Entry(zip, path, Digests), Format)!;
            byte[] Checked(string name) =>
                Entry(zip, path, name) is var bytes && digests.GetValueOrDefault(name) == Digest(bytes)
                    ? bytes
                    : throw new CheckpointException(path, $"it is damaged: '{name}' is not what was written. Take another checkpoint, or train again.");

            return Parse(path, Checked(Facts)) with
            {
                Weights = Checked(Weights),
                OptimizerState = Checked(Optimizer),
                RandomState = Checked(Random),
                Source = path,
            };
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or EndOfStreamException)
        {
            throw new CheckpointException(path, $"it is no checkpoint, or cut short ({e.Message}) Take another, or train again.", e);
        }
    }

    private static Checkpoint Parse(string path, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("format", out var format) || !format.TryGetInt32(out var number) || number != Checkpoint.CurrentFormat)
            throw new CheckpointException(path, $"its format is {format}, and this version reads {Checkpoint.CurrentFormat}: use the version that wrote it, or train again.");
        return document.Deserialize<Checkpoint>(Format)!;
    }

    private static byte[] Entry(ZipArchive zip, string path, string name)
    {
        var entry = zip.GetEntry(name) ?? throw new CheckpointException(path, $"it is no checkpoint: '{name}' is missing in it.");
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Add(ZipArchive zip, string name, ReadOnlySpan<byte> bytes)
    {
        // Weights hardly shrink.
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(bytes);
        return Digest(bytes);
    }

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

using System.Text.Json;

namespace MLPipeline.Training;

/// <summary><c>metrics.jsonl</c>: a line of JSON per epoch, on disk as soon as it is said.</summary>
internal sealed class MetricsLog : IDisposable
{
    private const string FileName = "metrics.jsonl";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
    private readonly StreamWriter? _writer;

    /// <summary>Starts the file anew with the epochs so far, so that it never tells of an epoch that a resumed run does again.</summary>
    public MetricsLog(string? folder, IEnumerable<EpochRecord> soFar)
    {
        if (folder is null)
            return;
        _writer = new StreamWriter(Path.Combine(folder, FileName)) { AutoFlush = true, NewLine = "\n" };
        foreach (var epoch in soFar)
            Write(epoch);
    }

    /// <summary>Adds a line.</summary>
    public void Write(EpochRecord epoch) => _writer?.WriteLine(JsonSerializer.Serialize(epoch, Format));

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();
}

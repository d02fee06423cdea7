using System.Security.Cryptography;

namespace MLPipeline.Training.Datasets.Downloads;

/// <summary>
/// What has arrived so far, beside the place where the whole will be. It stays when a download is cut short; only one process may hold it.
/// </summary>
internal sealed class PartialFile : IAsyncDisposable
{
    private readonly string _goal;
    private readonly FileStream _stream;

    public PartialFile(string goal)
    {
        _goal = goal;
        _stream = new FileStream(PathFor(goal), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
        _stream.Seek(0, SeekOrigin.End);
    }

    /// <summary>Bytes so far.</summary>
    public long Length => _stream.Length;

    public static string PathFor(string goal) => goal + ".partial";

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    public void Clear() => _stream.SetLength(0);

    /// <summary>Lower-case hexadecimal digits.</summary>
    public async Task<string> Sha256Async(CancellationToken cancellationToken)
    {
        _stream.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(_stream, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Puts the whole in its place; nothing may be asked of this afterwards.</summary>
    public async Task FinishAsync()
    {
        _stream.Flush(flushToDisk: true);
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Move(PathFor(_goal), _goal, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        var isEmpty = _stream.CanRead && Length == 0;
        await _stream.DisposeAsync().ConfigureAwait(false);
        if (isEmpty)
            File.Delete(PathFor(_goal));
    }
}

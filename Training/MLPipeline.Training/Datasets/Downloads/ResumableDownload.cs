namespace MLPipeline.Training.Datasets.Downloads;

/// <summary>
/// Fetches pinned files from several mirrors. An attempt that brought bytes and broke off is continued where it stopped; a mirror that
/// failed is not asked again; a file gets its name only when its SHA-256 is right.
/// </summary>
internal sealed class ResumableDownload : IDisposable
{
    private const int MostAttempts = 5;
    private readonly HttpClient _http;
    private readonly Queue<Uri> _mirrors;
    private readonly TimeSpan _stallTimeout;
    private readonly IProgress<string>? _progress;

    public ResumableDownload(FashionMnistOptions options, IProgress<string>? progress)
    {
        // Stalls are ours to detect: a slow but steady line may take its time.
        _http = options.HttpHandler is { } given
            ? new HttpClient(given, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan }
            : new HttpClient(new SocketsHttpHandler { ConnectTimeout = options.ConnectTimeout }) { Timeout = Timeout.InfiniteTimeSpan };
        _mirrors = new Queue<Uri>(options.Mirrors);
        _stallTimeout = options.StallTimeout;
        _progress = progress;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Makes sure the file is in the folder.</summary>
    /// <exception cref="DownloadException">No mirror delivered it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task FetchAsync(DownloadItem item, string folder, CancellationToken cancellationToken)
    {
        var goal = Path.Combine(folder, item.Name);
        if (await IsThereAsync(item, goal, cancellationToken).ConfigureAwait(false))
            return;
        var partial = new PartialFile(goal);
        await using var _ = partial.ConfigureAwait(false);
        DownloadException? last = null;
        while (_mirrors.TryPeek(out var mirror))
        {
            try
            {
                await FromMirrorAsync(new Uri(mirror, item.Name), item, partial, cancellationToken).ConfigureAwait(false);
                await partial.FinishAsync().ConfigureAwait(false);
                return;
            }
            catch (DownloadException e)
            {
                if (!e.IsUnreachable)
                    _progress?.Report($"{new Uri(mirror, item.Name)}: {e.Message}.");
                _mirrors.Dequeue();
                last = e;
            }
        }
        var reason = last is { IsUnreachable: true } ? $"no mirror can be reached ({last.Message})" : "no mirror is left to ask";
        throw new DownloadException($"{item.Name} could not be downloaded: {reason}.", last);
    }

    private static async Task<bool> IsThereAsync(DownloadItem item, string goal, CancellationToken cancellationToken)
    {
        if (new FileInfo(goal) is not { Exists: true } found || found.Length != item.Length)
            return false;
        var stream = File.OpenRead(goal);
        await using var _ = stream.ConfigureAwait(false);
        var hash = await System.Security.Cryptography.SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == item.Sha256;
    }

    private async Task FromMirrorAsync(Uri address, DownloadItem item, PartialFile partial, CancellationToken cancellationToken)
    {
        var transfer = new Transfer(_http, address, item, partial, _stallTimeout, _progress);
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var before = partial.Length;
            try
            {
                await transfer.ContinueAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DownloadException e) when (attempt < MostAttempts && partial.Length > before)
            {
                _progress?.Report($"{address}: {e.Message}; going on from there.");
                continue;
            }
            var hash = await partial.Sha256Async(cancellationToken).ConfigureAwait(false);
            if (hash == item.Sha256)
                return;
            partial.Clear();
            if (before == 0)
                throw new DownloadException($"refused, its SHA-256 is {hash}, not {item.Sha256}");
            _progress?.Report($"{address}: the pieces that arrived at different times do not fit together; starting over.");
        }
        throw new DownloadException($"given up after {MostAttempts} attempts");
    }
}

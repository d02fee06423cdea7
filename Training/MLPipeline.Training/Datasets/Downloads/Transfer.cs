using System.Net;
using System.Net.Http.Headers;

namespace MLPipeline.Training.Datasets.Downloads;

/// <summary>One file from one mirror: asks for what is missing, and appends what comes.</summary>
internal sealed class Transfer(
    HttpClient http, Uri address, DownloadItem item, PartialFile partial, TimeSpan stallTimeout, IProgress<string>? progress)
{
    private const int BufferSize = 1 << 16;
    private const long LinesEvery = 4 << 20;
    private readonly byte[] _buffer = new byte[BufferSize];
    private RangeConditionHeaderValue? _sameFile;

    /// <summary>Goes on from where the partial file ends, to the end of the file.</summary>
    /// <exception cref="DownloadException">The mirror did not send the rest; what came is kept.</exception>
    public async Task ContinueAsync(CancellationToken cancellationToken)
    {
        if (partial.Length > item.Length)
            partial.Clear();
        if (partial.Length == item.Length)
            return;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(stallTimeout);
        using var request = Request();
        using var response = await NetworkAsync(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token), cancellationToken)
            .ConfigureAwait(false);
        Accept(response);
        using var body = await NetworkAsync(response.Content.ReadAsStreamAsync(stall.Token), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            stall.CancelAfter(stallTimeout);
            var got = await NetworkAsync(body.ReadAsync(_buffer, stall.Token).AsTask(), cancellationToken).ConfigureAwait(false);
            if (got == 0)
                break;
            await AppendAsync(_buffer.AsMemory(0, got), cancellationToken).ConfigureAwait(false);
        }
        if (partial.Length < item.Length)
            throw new DownloadException(EndedEarly());
    }

    private string EndedEarly() => $"the connection ended at {partial.Length:N0} of {item.Length:N0} bytes";

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (partial.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(partial.Length, null);
            // What an earlier run left has no tag to show; the SHA-256 of the whole decides then.
            request.Headers.IfRange = _sameFile;
        }
        return request;
    }

    private void Accept(HttpResponseMessage response)
    {
        long? whole;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                whole = response.Content.Headers.ContentLength;
                break;
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { } range && range.From == partial.Length:
                whole = range.Length;
                break;
            case HttpStatusCode.PartialContent:
                throw new DownloadException(
                    $"it was asked for the bytes from {partial.Length:N0}, and answered with '{response.Content.Headers.ContentRange}'");
            default:
                throw new DownloadException($"it answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }
        if (whole is { } length && length != item.Length)
            throw new DownloadException($"refused, the file there has {length:N0} bytes, not {item.Length:N0}");
        if (response.StatusCode == HttpStatusCode.OK)
            partial.Clear(); // The whole, asked for or not: the server knows no ranges, or the file has changed.
        _sameFile = response.Headers.ETag is { IsWeak: false } tag ? new RangeConditionHeaderValue(tag) : null;
    }

    private async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var before = partial.Length;
        if (before + bytes.Length > item.Length)
        {
            partial.Clear();
            throw new DownloadException($"refused, it sends more than the {item.Length:N0} bytes of the file");
        }
        await partial.AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (before / LinesEvery != partial.Length / LinesEvery)
            progress?.Report($"{item.Name}: {partial.Length / 1e6:F1} of {item.Length / 1e6:F1} MB");
    }

    /// <summary>Tells a network that fails from a disk that fails, and a stall from a user who cancels.</summary>
    private async Task<T> NetworkAsync<T>(Task<T> operation, CancellationToken cancellationToken)
    {
        try
        {
            return await operation.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var isUnreachable = e.InnerException is TimeoutException;
            throw new DownloadException(isUnreachable ? $"no connection to {address.Host} in time" : $"nothing came for {stallTimeout.TotalSeconds:0.###} s", e)
            {
                IsUnreachable = isUnreachable,
            };
        }
        catch (HttpIOException e) when (e.HttpRequestError == HttpRequestError.ResponseEnded)
        {
            throw new DownloadException(EndedEarly(), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new DownloadException(e.Message.TrimEnd('.'), e)
            {
                IsUnreachable = e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError },
            };
        }
    }
}

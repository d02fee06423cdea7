using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace MLPipeline.Training.Tests.Datasets.Fixtures;

internal sealed record Request(string Name, long? From, string? IfRange);

/// <summary>What the server does with one request; the connection closes afterwards.</summary>
internal delegate Task Answer(Request request, Stream connection, CancellationToken serverStops);

/// <summary>An HTTP server on this machine that misbehaves on purpose: raw sockets, so that every byte is the test's choice.</summary>
internal sealed partial class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Request> _requests = new();
    private readonly Answer _answer;
    private readonly Task _serving;

    private LoopbackServer(Answer answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/data/");

    public IReadOnlyList<Request> Requests => [.. _requests];

    public static LoopbackServer Always(Answer answer) => new(answer);

    /// <summary>One answer per request, in order; more requests than answers are refused with 503.</summary>
    public static LoopbackServer Script(params Answer[] answers)
    {
        var left = new ConcurrentQueue<Answer>(answers);
        return new((request, connection, stop) => (left.TryDequeue(out var next) ? next : Answers.Status(503))(request, connection, stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var connection = client.GetStream();
                if (await ReadRequestAsync(connection) is not { } request)
                    continue;
                _requests.Enqueue(request);
                await AnswerAsync(request, connection);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task AnswerAsync(Request request, Stream connection)
    {
        try
        {
            await _answer(request, connection, _stop.Token);
        }
        catch (IOException)
        {
            // The client hung up, as it may: on a stalled or refused answer it should.
        }
    }

    private async Task<Request?> ReadRequestAsync(Stream connection)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var got = await connection.ReadAsync(buffer, _stop.Token);
            if (got == 0)
                return null;
            text.Append(Encoding.ASCII.GetString(buffer, 0, got));
        }
        var (head, range, ifRange) = (text.ToString(), RangeHeader().Match(text.ToString()), IfRangeHeader().Match(text.ToString()));
        return new Request(
            head.Split(' ')[1].Split('/')[^1],
            range.Success ? long.Parse(range.Groups[1].Value) : null,
            ifRange.Success ? ifRange.Groups[1].Value.Trim() : null);
    }

    [GeneratedRegex(@"\r\nRange: bytes=(\d+)-\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex RangeHeader();

    [GeneratedRegex(@"\r\nIf-Range: ([^\r]+)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex IfRangeHeader();
}

using System.Text;

namespace MLPipeline.Training.Tests.Datasets.Fixtures;

/// <summary>What servers do, well or badly.</summary>
internal static class Answers
{
    /// <summary>A good server: the whole, or from the asked byte on; the whole again when If-Range names another tag.</summary>
    public static Answer File(byte[] content, string? tag = null) => (request, connection, stop) =>
        SendAsync(connection, content, StartFor(request, tag), tag, content.Length, stop);

    /// <summary>Promises all and hangs up when the file's first bytes up to <paramref name="end"/> are out.</summary>
    public static Answer CutAt(int end, byte[] content, string? tag = null) => (request, connection, stop) =>
        SendAsync(connection, content, StartFor(request, tag), tag, end, stop);

    /// <summary>As <see cref="CutAt"/>, but falls silent instead of hanging up.</summary>
    public static Answer StallAt(int end, byte[] content) => async (request, connection, stop) =>
    {
        await SendAsync(connection, content, StartFor(request, null), null, end, stop);
        // Until the client has had enough.
        await connection.CopyToAsync(Stream.Null, stop);
    };

    public static Answer SilentFromTheStart => async (_, connection, stop) => await connection.CopyToAsync(Stream.Null, stop);

    /// <summary>Always the whole, whatever was asked.</summary>
    public static Answer IgnoringRange(byte[] content) => (_, connection, stop) => SendAsync(connection, content, 0, null, content.Length, stop);

    /// <summary>A range, but not the one that was asked for.</summary>
    public static Answer OtherRange(byte[] content, int start) => (_, connection, stop) => SendAsync(connection, content, start, null, content.Length, stop);

    /// <summary>Says nothing about the length; the end is where the connection closes.</summary>
    public static Answer WithoutLength(byte[] content) => async (_, connection, stop) =>
    {
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
        await connection.WriteAsync(content, stop);
    };

    public static Answer Status(int code) => async (_, connection, stop) =>
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {code} Out of order\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), stop);

    private static int StartFor(Request request, string? tag) =>
        request.From is { } from && (request.IfRange is null || request.IfRange == tag) ? (int)from : 0;

    private static async Task SendAsync(Stream connection, byte[] content, int start, string? tag, int end, CancellationToken stop)
    {
        var head = start == 0
            ? $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n"
            : $"HTTP/1.1 206 Partial Content\r\nContent-Length: {content.Length - start}\r\nContent-Range: bytes {start}-{content.Length - 1}/{content.Length}\r\n";
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"{head}{(tag is null ? "" : $"ETag: {tag}\r\n")}Connection: close\r\n\r\n"), stop);
        if (end > start)
            await connection.WriteAsync(content.AsMemory(start, end - start), stop);
    }
}

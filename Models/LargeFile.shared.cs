using System.Runtime.InteropServices;

/// <summary>Compiled into every assembly that writes weights: a file that gets too large is an error that says so.</summary>
internal static class LargeFile
{
    // SIGXFSZ, 25 on Linux and macOS, would end the process at the limit that "ulimit -f" sets. It arrives on a thread of its own, perhaps
    // after the write has failed, so it is taken care of from the first file on.
    private static readonly PosixSignalRegistration? Limit =
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)25, signal => signal.Cancel = true);

    /// <summary>Creates a file, writes it and waits until it is on the disk.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="bytes">How large it will be: a disk that is too full says so at once, where the file system can reserve.</param>
    /// <param name="write">Writes the content, and does nothing else.</param>
    /// <exception cref="IOException">The file cannot be written, or would be too large.</exception>
    public static void Write(string path, long bytes, Action<Stream> write)
    {
        GC.KeepAlive(Limit);
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = bytes });
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // .NET's word for EFBIG.
            throw new IOException($"A file of {bytes:N0} bytes is larger than the file system, or the limit of this process (ulimit -f), allows.", e);
        }
    }
}

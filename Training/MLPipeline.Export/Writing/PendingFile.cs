namespace MLPipeline.Export.Writing;

/// <summary>A file under another name beside its destination, moved there when it is known to be good and deleted otherwise.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string _destination;

    private PendingFile(string destination, string beside)
    {
        _destination = destination;
        Beside = beside;
    }

    /// <summary>Where the file lies until it is kept.</summary>
    public string Beside { get; }

    /// <summary>Reserves the place, so that a folder that can't be written to is known before the work begins.</summary>
    /// <exception cref="ExportException">Nothing can be written there.</exception>
    public static PendingFile At(string path)
    {
        if (Directory.Exists(path))
            throw new ExportException($"'{path}' is a folder; give a file name in it.");
        var file = new PendingFile(path, $"{path}.{Path.GetRandomFileName()}.tmp");
        file.Write(_ => { });
        return file;
    }

    /// <summary>Writes the content and waits until it is on the disk.</summary>
    /// <exception cref="ExportException">It can't be written; nothing is left.</exception>
    public void Write(Action<Stream> write) => Guarded(() =>
    {
        using var stream = File.Create(Beside);
        write(stream);
        stream.Flush(flushToDisk: true);
    });

    /// <summary>Moves the file to its destination, over what was there.</summary>
    /// <exception cref="ExportException">It can't be moved; nothing is left.</exception>
    public void Keep() => Guarded(() => File.Move(Beside, _destination, overwrite: true));

    /// <summary>Deletes the file unless it was kept.</summary>
    public void Dispose()
    {
        // Where the folder is gone there is nothing left to delete.
        if (File.Exists(Beside))
            File.Delete(Beside);
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new ExportException($"'{_destination}' can't be written: {e.Message} Nothing was left there; free space or choose another folder.", e);
        }
    }
}

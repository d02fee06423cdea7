namespace MLPipeline.Export.Writing;

/// <summary>Failures to write files, as the one kind of error an export throws.</summary>
internal static class WriteErrors
{
    /// <summary>Does what writes.</summary>
    /// <param name="path">The file that is to come out.</param>
    /// <param name="write">Writes; leaves nothing when it fails.</param>
    /// <exception cref="ExportException">The file can't be written.</exception>
    public static T Explained<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExportException($"'{path}' can't be written: {e.Message} Nothing was left there; free space or choose another folder.", e);
        }
        catch (NotSupportedException e)
        {
            throw new ExportException(e.Message, e);
        }
    }

    /// <inheritdoc cref="Explained{T}"/>
    public static void Explained(string path, Action write) => Explained(path, () =>
    {
        write();
        return true;
    });
}

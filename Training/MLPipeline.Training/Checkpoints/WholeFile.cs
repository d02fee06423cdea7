namespace MLPipeline.Training.Checkpoints;

/// <summary>A file that is there whole, or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside, then moves into place; on failure the old file stays and nothing is left beside it.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}

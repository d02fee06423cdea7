using System.Text;

namespace MLPipeline.Cli.Output;

/// <summary>A file that is there whole, or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside, then moves into place; on failure the old file stays and nothing is left beside it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteText(string path, string text)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(beside, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}

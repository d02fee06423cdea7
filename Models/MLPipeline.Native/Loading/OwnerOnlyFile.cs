using System.Runtime.Versioning;

namespace MLPipeline.Native.Loading;

/// <summary>A file in a folder of its own that only this user may read or write.</summary>
[SupportedOSPlatform("linux")]
internal static class OwnerOnlyFile
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Makes <paramref name="path"/> hold <paramref name="content"/>; a file with any other content is replaced.</summary>
    /// <remarks>Written beside and moved: another process sees a whole file or none, and a file in use is never written to.</remarks>
    /// <exception cref="IOException">The folder can't be made or written, or the file does not hold what was written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for lack of rights; also when others may write to the folder.</exception>
    public static void Ensure(string path, byte[] content)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder, FolderMode);
        if ((File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new UnauthorizedAccessException($"Others may write to {folder}; a library is not loaded from there.");
        if (Holds(path, content))
            return;
        Write(path, content);
        if (!Holds(path, content))
            throw new IOException($"{path} does not hold what was just written to it.");
    }

    private static bool Holds(string path, byte[] content) =>
        File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    private static void Write(string path, byte[] content)
    {
        var beside = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode };
        try
        {
            using (var stream = new FileStream(beside, options))
                stream.Write(content);
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}

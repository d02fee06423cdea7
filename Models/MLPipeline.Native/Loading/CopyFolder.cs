namespace MLPipeline.Native.Loading;

/// <summary>Where patched copies live: the user's cache, else a temporary folder only this user can read.</summary>
internal static class CopyFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary><c>$XDG_CACHE_HOME/mlpipeline/native</c>, by default <c>~/.cache/mlpipeline/native</c>; null for a user without a home.</summary>
    /// <remarks>XDG Base Directory Specification: a relative <c>XDG_CACHE_HOME</c> is to be ignored.</remarks>
    public static string? InCache(string? xdgCacheHome, string? home)
    {
        var cache = Path.IsPathFullyQualified(xdgCacheHome ?? "") ? xdgCacheHome
            : Path.IsPathFullyQualified(home ?? "") ? Path.Combine(home!, ".cache")
            : null;
        return cache is null ? null : Path.Combine(cache, "mlpipeline", "native");
    }

    /// <summary>Puts <paramref name="content"/> at <paramref name="path"/>, unless exactly that is there already.</summary>
    /// <remarks>Written beside and moved: another process sees the whole file or none, and never one under its eyes changing.</remarks>
    public static void Place(string path, byte[] content)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder, OwnerOnly);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            return;
        var beside = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
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

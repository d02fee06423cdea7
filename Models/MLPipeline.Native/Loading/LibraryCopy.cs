using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MLPipeline.Native.Loading;

/// <summary>Loads a library from bytes: from the user's cache, or, where that can't be, from a temporary folder.</summary>
[SupportedOSPlatform("linux")]
internal static class LibraryCopy
{
    /// <summary>The library's handle and the file it was loaded from.</summary>
    /// <param name="cached">Where the copy lives in the user's cache; null for a user without one.</param>
    /// <param name="content">The library.</param>
    /// <exception cref="TorchNativeException">Neither the cache nor the temporary folder can hold or load it.</exception>
    public static (nint Handle, string Path) Load(string? cached, byte[] content)
    {
        var failures = new List<Exception>();
        if (cached is not null && Attempt(() => LoadFrom(cached, content), failures) is { } lasting)
            return (lasting, cached);
        var temporary = Path.Combine(Path.GetTempPath(), $"mlpipeline-{Guid.NewGuid():N}", "library.so");
        if (Attempt(() => LoadOnce(temporary, content), failures) is { } handle)
            return (handle, temporary);
        throw new TorchNativeException(
            "TorchSharp's native library must be copied for this host, and no folder will do: " +
            string.Join("; ", failures.Select(failure => failure.Message)) +
            " Set XDG_CACHE_HOME to a folder that this user can write to and load libraries from.",
            failures[0]);
    }

    private static nint LoadFrom(string path, byte[] content)
    {
        OwnerOnlyFile.Ensure(path, content);
        return NativeLibrary.Load(path);
    }

    /// <summary>The loader keeps what it mapped: the file can go as soon as it is loaded.</summary>
    private static nint LoadOnce(string path, byte[] content)
    {
        try
        {
            return LoadFrom(path, content);
        }
        finally
        {
            if (Directory.Exists(Path.GetDirectoryName(path)))
                Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    // What a folder may fail with: not to be made, written or read, or mounted so that nothing in it may be run.
    private static nint? Attempt(Func<nint> load, List<Exception> failures)
    {
        try
        {
            return load();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            failures.Add(failure);
            return null;
        }
    }
}

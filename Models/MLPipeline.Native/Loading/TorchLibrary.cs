using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Loading;

/// <summary>Loads <c>libLibTorchSharp.so</c> after the runtime could not.</summary>
[SupportedOSPlatform("linux")]
internal static class TorchLibrary
{
    public const string FileName = "libLibTorchSharp.so";

    /// <summary>Loads it for <paramref name="user"/>; null when the application carries no libtorch, so that TorchSharp may say so.</summary>
    /// <exception cref="TorchNativeException">The library is there and cannot be loaded.</exception>
    public static TorchLoad? Load(Assembly user)
    {
        if (NativeFolders.Find(user, FileName) is not { } stock || NativeFolders.Find(user, "libtorch.so") is not { } libtorch)
            return null;
        // A copy lies apart from libtorch: the names it needs must be found loaded already.
        if (Refusal(libtorch, out _) is { } refused)
            throw new TorchNativeException($"{libtorch} does not load: {refused.Message}", refused);
        return Refusal(stock, out var handle) is { } stockRefused
            ? LoadCopy(stock, stockRefused)
            : new TorchLoad(handle, stock, stock, []);
    }

    private static DllNotFoundException? Refusal(string path, out nint handle)
    {
        try
        {
            handle = NativeLibrary.Load(path);
            return null;
        }
        catch (DllNotFoundException refused)
        {
            handle = 0;
            return refused;
        }
    }

    private static TorchLoad LoadCopy(string stock, DllNotFoundException refused)
    {
        var source = File.ReadAllBytes(stock);
        var (copy, weakened) = Patch(source, stock, refused);
        var cached = CopyPath.InCache(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME"),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            FileName,
            source,
            copy);
        var (handle, path) = LibraryCopy.Load(cached, copy);
        return new TorchLoad(handle, stock, path, weakened);
    }

    private static (byte[] Copy, string[] Weakened) Patch(byte[] source, string stock, DllNotFoundException refused)
    {
        try
        {
            var file = new ElfFile(source, stock);
            var missing = HostLibraries.OfProcess.Missing(SymbolVersions.Needs(file));
            if (missing.Count == 0)
                throw new TorchNativeException($"{stock} does not load: {refused.Message}", refused);
            if (WeakVersionPatch.Refusal(file, missing, HostLibraries.OfProcess) is { } refusal)
                throw new TorchNativeException(refusal, refused);
            return (WeakVersionPatch.Apply(file, missing), [.. missing.Select(need => need.Version)]);
        }
        catch (InvalidElfException malformed)
        {
            throw new TorchNativeException($"{stock} does not load: {malformed.Message} Restore the package it came from again.", malformed);
        }
    }
}

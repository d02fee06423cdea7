using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Loading;

/// <summary>Loads <c>libLibTorchSharp.so</c> after the runtime could not.</summary>
internal static class TorchLibrary
{
    private const string FileName = "libLibTorchSharp.so";
    private static readonly string UserHome = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Loads it for <paramref name="user"/>; null when the application carries no libtorch, so that TorchSharp may say so.</summary>
    /// <exception cref="TorchNativeException">The library is there and cannot be loaded.</exception>
    public static TorchLoad? Load(Assembly user)
    {
        if (NativeFolders.Find(user, FileName) is not { } stock || NativeFolders.Find(user, "libtorch.so") is not { } libtorch)
            return null;
        // A copy lies apart from libtorch: the names it needs must be found loaded already.
        NativeLibrary.Load(libtorch);
        try
        {
            return new TorchLoad(NativeLibrary.Load(stock), stock, stock, []);
        }
        catch (DllNotFoundException refused)
        {
            return LoadCopy(stock, refused);
        }
    }

    private static TorchLoad LoadCopy(string stock, DllNotFoundException refused)
    {
        var file = new ElfFile(File.ReadAllBytes(stock), stock);
        var missing = HostLibraries.Missing(SymbolVersions.Needs(file));
        if (missing.Count == 0)
            throw new TorchNativeException($"{stock} does not load: {refused.Message}", refused);
        foreach (var need in missing)
            if (WeakVersionPatch.Refusal(file, need) is { } refusal)
                throw new TorchNativeException(
                    $"{stock} needs a newer {need.Library} than this host's {HostLibraries.PathOf(need.Library)}: {refusal}. " +
                    $"Run on a host whose {need.Library} has {need.Version}.",
                    refused);

        var content = WeakVersionPatch.Apply(file, missing);
        var copy = Place(file, content);
        return new TorchLoad(NativeLibrary.Load(copy), stock, copy, [.. missing.Select(need => need.Version)]);
    }

    private static string Place(ElfFile file, byte[] content)
    {
        var cache = CopyFolder.InCache(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), UserHome)
            ?? throw new TorchNativeException($"No folder for a copy of {file.Name}: neither XDG_CACHE_HOME nor HOME is set.");
        var path = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(file.ToArray())), FileName);
        CopyFolder.Place(path, content);
        return path;
    }
}

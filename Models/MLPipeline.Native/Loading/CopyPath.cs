using System.Security.Cryptography;

namespace MLPipeline.Native.Loading;

/// <summary>Where the copy of a library lives in the user's cache.</summary>
internal static class CopyPath
{
    /// <summary>
    /// <c>$XDG_CACHE_HOME/mlpipeline/native/SHA256-OF-SOURCE/NAME-SHA256-OF-COPY.so</c>, by default under <c>~/.cache</c>; null for a user
    /// without a home.
    /// </summary>
    /// <remarks>
    /// Hosts that lack different versions and share a home get copies of their own. XDG Base Directory Specification: a relative
    /// <c>XDG_CACHE_HOME</c> is to be ignored.
    /// </remarks>
    public static string? InCache(string? xdgCacheHome, string? home, string fileName, byte[] source, byte[] copy)
    {
        var cache = Path.IsPathFullyQualified(xdgCacheHome ?? "") ? xdgCacheHome
            : Path.IsPathFullyQualified(home ?? "") ? Path.Combine(home!, ".cache")
            : null;
        return cache is null ? null : Path.Combine(
            cache, "mlpipeline", "native", Hash(source), $"{Path.GetFileNameWithoutExtension(fileName)}-{Hash(copy)[..16]}.so");
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

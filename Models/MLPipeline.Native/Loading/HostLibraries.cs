using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Loading;

/// <summary>The shared libraries a host offers, and the symbol versions they define.</summary>
/// <param name="locate">The file behind a soname, or null when the host offers none.</param>
internal sealed class HostLibraries(Func<string, string?> locate)
{
    /// <summary>Those mapped into this process.</summary>
    public static HostLibraries OfProcess { get; } = new(soname => PathIn(File.ReadLines("/proc/self/maps"), soname));

    public string? PathOf(string soname) => locate(soname);

    /// <summary>The symbol versions the library defines; empty when the host offers none of that name.</summary>
    /// <exception cref="InvalidElfException">The library's file is malformed.</exception>
    public IReadOnlySet<string> VersionsOf(string soname) => locate(soname) is { } path
        ? SymbolVersions.Definitions(new ElfFile(File.ReadAllBytes(path), path))
        : new HashSet<string>();

    /// <summary>The entries of <paramref name="needs"/> whose library is here and lacks the version. Weak entries are never missing.</summary>
    public IReadOnlyList<VersionNeed> Missing(IEnumerable<VersionNeed> needs)
    {
        var missing = new List<VersionNeed>();
        foreach (var library in needs.Where(need => !need.IsWeak).GroupBy(need => need.Library, StringComparer.Ordinal))
        {
            if (locate(library.Key) is null)
                continue;
            var defined = VersionsOf(library.Key);
            missing.AddRange(library.Where(need => !defined.Contains(need.Version)));
        }

        return missing;
    }

    /// <summary>The file mapped for <paramref name="soname"/> according to the lines of a <c>/proc/PID/maps</c>, or null.</summary>
    /// <remarks>The map names the file a link led to: <c>libstdc++.so.6.0.30</c> for <c>libstdc++.so.6</c>.</remarks>
    internal static string? PathIn(IEnumerable<string> maps, string soname)
    {
        foreach (var line in maps)
        {
            var slash = line.IndexOf('/');
            if (slash < 0)
                continue;
            var name = Path.GetFileName(line.AsSpan(slash));
            if (name.StartsWith(soname, StringComparison.Ordinal) && (name.Length == soname.Length || name[soname.Length] == '.'))
                return line[slash..];
        }

        return null;
    }
}

using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Loading;

/// <summary>The shared libraries mapped into this process, and the symbol versions they define.</summary>
internal static class HostLibraries
{
    /// <summary>The file mapped for <paramref name="soname"/>, links resolved, or null when none is.</summary>
    public static string? PathOf(string soname) => PathIn(File.ReadLines("/proc/self/maps"), soname);

    /// <summary>The same, from the lines of a <c>/proc/PID/maps</c>.</summary>
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

    /// <summary>The entries of <paramref name="needs"/> that this process's libraries do not define and that are not weak.</summary>
    public static IReadOnlyList<VersionNeed> Missing(IEnumerable<VersionNeed> needs)
    {
        var missing = new List<VersionNeed>();
        foreach (var library in needs.Where(need => !need.IsWeak).GroupBy(need => need.Library, StringComparer.Ordinal))
        {
            if (PathOf(library.Key) is not { } path)
                continue;
            var definitions = SymbolVersions.Definitions(new ElfFile(File.ReadAllBytes(path), path));
            missing.AddRange(library.Where(need => !definitions.Contains(need.Version)));
        }

        return missing;
    }
}

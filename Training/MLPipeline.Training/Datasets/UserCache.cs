namespace MLPipeline.Training.Datasets;

/// <summary>Where this system keeps what can be had again.</summary>
internal static class UserCache
{
    /// <summary>
    /// Windows: LocalAppData; macOS: Library/Caches; elsewhere XDG_CACHE_HOME, or .cache as its specification says. The temporary folder for a
    /// user without a home: what is read from a cache is checked first, whoever wrote it.
    /// </summary>
    public static string Folder() => Wanted() is var folder && Path.IsPathFullyQualified(folder) ? folder : Path.GetTempPath();

    private static string Wanted()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches");
        // The specification: a relative path there is to be ignored.
        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.IsPathRooted(xdg) ? xdg : Path.Combine(home, ".cache");
    }
}

using System.Reflection;
using System.Runtime.InteropServices;

namespace MLPipeline.Native.Loading;

/// <summary>The folders where an application's native libraries lie, in the order the runtime looks through them.</summary>
internal static class NativeFolders
{
    /// <summary>The first of those folders' files called <paramref name="fileName"/>, or null.</summary>
    public static string? Find(Assembly? user, string fileName) =>
        Of(user).Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Of(Assembly? user)
    {
        var native = Path.Combine("runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        var probed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (var folder in probed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
        foreach (var folder in new[] { Path.GetDirectoryName(user?.Location), AppContext.BaseDirectory })
        {
            if (string.IsNullOrEmpty(folder))
                continue;
            yield return folder;
            yield return Path.Combine(folder, native);
            // Notebooks load assemblies where NuGet unpacked them: lib/net8.0/TorchSharp.dll, runtimes/linux-x64/native/*.so.
            yield return Path.GetFullPath(Path.Combine(folder, "..", "..", native));
        }
    }
}

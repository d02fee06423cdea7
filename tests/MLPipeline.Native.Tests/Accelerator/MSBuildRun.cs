using System.Diagnostics;

namespace MLPipeline.Native.Tests.Accelerator;

/// <summary>One run of <c>dotnet msbuild</c> over a project of this repository.</summary>
internal static class MSBuildRun
{
    /// <summary>The exit code and what was printed.</summary>
    public static async Task<(int ExitCode, string Output)> Of(string project, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(Root(), project), "-nologo", "-nodeReuse:false", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        // Under `dotnet test` the outer build's settings are in the environment.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MLPipeline.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"No MLPipeline.sln above {AppContext.BaseDirectory}.");
        return folder;
    }
}

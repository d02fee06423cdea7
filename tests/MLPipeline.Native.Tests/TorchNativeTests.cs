using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using MLPipeline.Native.Diagnosis;
using MLPipeline.Native.Elf;
using MLPipeline.Native.Loading;
using TorchSharp;

namespace MLPipeline.Native.Tests;

[SupportedOSPlatform("linux")]
public sealed class TorchNativeTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("mlpipeline-test-").FullName;

    public TorchNativeTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems need no help.");
        Assert.Equal(4f, torch.ones(2, 2).sum().item<float>());
    }

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public async Task A_process_that_holds_TorchSharp_only_in_a_plug_in_context_computes() =>
        Assert.Equal(0, await Run(_cache, nameof(TorchSharpTests.TorchSharp_computes_in_a_load_context_of_its_own)));

    [Fact]
    public void The_stock_file_is_left_as_it_was_and_the_loaded_copy_differs_in_one_byte_per_version()
    {
        var load = Needed();
        var stock = File.ReadAllBytes(load.Stock);
        var copy = File.ReadAllBytes(load.Loaded);

        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(stock)), load.Loaded, StringComparison.Ordinal);
        Assert.DoesNotContain(SymbolVersions.Needs(new ElfFile(stock, load.Stock)), need => need.IsWeak);
        Assert.Equal(load.Weakened.Count, Enumerable.Range(0, stock.Length).Count(at => stock[at] != copy[at]));
        Assert.Empty(HostLibraries.OfProcess.Missing(SymbolVersions.Needs(new ElfFile(copy, load.Loaded))));
    }

    [Fact]
    public async Task Two_processes_at_once_share_a_cold_cache()
    {
        var load = Needed();

        var exitCodes = await Task.WhenAll(Run(_cache), Run(_cache));

        Assert.Equal([0, 0], exitCodes);
        var copy = Assert.Single(Directory.GetFiles(_cache, "*", SearchOption.AllDirectories));
        Assert.Equal(File.ReadAllBytes(load.Loaded), File.ReadAllBytes(copy));
    }

    [Fact]
    public async Task A_damaged_copy_is_made_again()
    {
        var load = Needed();
        var copy = Path.Combine(
            _cache, "mlpipeline", "native", Path.GetFileName(Path.GetDirectoryName(load.Loaded))!, Path.GetFileName(load.Loaded));
        OwnerOnlyFile.Ensure(copy, [1, 2, 3]);

        Assert.Equal(0, await Run(_cache));

        Assert.Equal(File.ReadAllBytes(load.Loaded), File.ReadAllBytes(copy));
    }

    [Fact]
    public async Task A_cache_that_cannot_be_made_is_done_without_and_nothing_is_left_behind()
    {
        Needed();
        var file = Path.Combine(_cache, "a-file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        Assert.Equal(0, await Run(file));

        Assert.Equal([file], Directory.GetFileSystemEntries(_cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task With_no_usable_folder_the_error_says_which_were_tried_and_what_to_do()
    {
        Needed();
        var file = Path.Combine(_cache, "a-file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var output = new StringWriter();

        Assert.NotEqual(0, await Run(file, temporary: file, output: output));

        Assert.Contains("no folder will do", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Set XDG_CACHE_HOME", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-copy-folder", LoadFailures.Explain(output.ToString(), HostFacts.Read())?.Name);
    }

    private static TorchLoad Needed()
    {
        Assert.SkipWhen(TorchNative.Current is null or { Weakened.Count: 0 }, "This host loads the stock library.");
        return TorchNative.Current!;
    }

    /// <summary>This very test program in a process of its own, running one test of <see cref="TorchSharpTests"/>: its exit code.</summary>
    private async Task<int> Run(
        string cache,
        string test = nameof(TorchSharpTests.TorchSharp_computes_with_nothing_done_by_hand),
        string? temporary = null,
        TextWriter? output = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "-method", $"*.{test}", "-noColor" },
            // A TorchSharp that finds no library copies all of libtorch out of the NuGet cache: give it none.
            Environment = { ["XDG_CACHE_HOME"] = cache, ["TMPDIR"] = temporary ?? _cache, ["NUGET_PACKAGES"] = _cache },
            RedirectStandardOutput = true,
        };
        // Under `dotnet X.dll` the program's own path is dotnet's.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Insert(0, typeof(TorchNativeTests).Assembly.Location);
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await (output ?? TextWriter.Null).WriteAsync(text);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}

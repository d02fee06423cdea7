using System.Runtime.Versioning;
using MLPipeline.Native.Loading;

namespace MLPipeline.Native.Tests.Loading;

[SupportedOSPlatform("linux")]
public sealed class OwnerOnlyFileTests : IDisposable
{
    private readonly string _root;

    public OwnerOnlyFileTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Not run: Unix file modes are tested on Linux.");
        _root = Directory.CreateTempSubdirectory("mlpipeline-test-").FullName;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string FilePath => Path.Combine(_root, "a", "b", "lib.so");

    [Fact]
    public void A_file_and_its_folder_are_made_for_the_owner_alone()
    {
        OwnerOnlyFile.Ensure(FilePath, [1, 2, 3]);

        Assert.Equal([1, 2, 3], File.ReadAllBytes(FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(FilePath)!));
        Assert.Equal([FilePath], Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Any_other_content_is_replaced_and_an_open_file_keeps_its_own()
    {
        OwnerOnlyFile.Ensure(FilePath, [1, 2, 3]);
        using var inUse = File.OpenRead(FilePath);

        OwnerOnlyFile.Ensure(FilePath, [4, 5, 6]);

        Assert.Equal([4, 5, 6], File.ReadAllBytes(FilePath));
        Assert.Equal(1, inUse.ReadByte());
    }

    [Fact]
    public void A_folder_others_may_write_to_is_refused()
    {
        OwnerOnlyFile.Ensure(FilePath, [1]);
        File.SetUnixFileMode(Path.GetDirectoryName(FilePath)!, (UnixFileMode)0b111_111_111);

        var error = Assert.Throws<UnauthorizedAccessException>(() => OwnerOnlyFile.Ensure(FilePath, [1]));

        Assert.Contains(Path.GetDirectoryName(FilePath)!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_one_whole_file()
    {
        var content = Enumerable.Repeat((byte)7, 1 << 20).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => OwnerOnlyFile.Ensure(FilePath, content))));

        Assert.Equal(content, await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }
}

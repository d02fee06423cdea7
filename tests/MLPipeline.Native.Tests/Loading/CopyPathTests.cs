using MLPipeline.Native.Loading;

namespace MLPipeline.Native.Tests.Loading;

public class CopyPathTests
{
    // SHA-256 of "abc" and of nothing, from FIPS 180-4's examples.
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Theory]
    [InlineData("/xdg", "/home/u", "/xdg")]
    [InlineData("relative", "/home/u", "/home/u/.cache")]
    [InlineData(null, "/home/u", "/home/u/.cache")]
    [InlineData("", "", null)]
    public void The_copy_lies_in_the_users_cache_named_by_the_hashes_of_source_and_copy(string? xdg, string home, string? cache)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix paths.");
        Assert.Equal(
            cache is null ? null : $"{cache}/mlpipeline/native/{Abc}/libx-e3b0c44298fc1c14.so",
            CopyPath.InCache(xdg, home, "libx.so", "abc"u8.ToArray(), []));
    }
}

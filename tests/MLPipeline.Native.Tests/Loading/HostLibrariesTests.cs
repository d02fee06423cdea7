using MLPipeline.Native.Loading;

namespace MLPipeline.Native.Tests.Loading;

public class HostLibrariesTests
{
    private static readonly string[] Maps =
    [
        "7f00-7f01 r-xp 00000000 00:00 0 ",
        "7f02-7f03 r--p 00000000 fe:00 11 /usr/lib/libstdc++.so.60",
        "7f04-7f05 r--p 00000000 fe:00 12 /usr/lib/my libs/libstdc++.so.6.0.30",
        "7f06-7f07 r--p 00000000 fe:00 13 /usr/lib/libc.so.6",
    ];

    [Theory]
    [InlineData("libstdc++.so.6", "/usr/lib/my libs/libstdc++.so.6.0.30")]
    [InlineData("libc.so.6", "/usr/lib/libc.so.6")]
    [InlineData("libm.so.6", null)]
    public void A_mapped_library_is_found_by_soname_even_when_the_map_names_its_versioned_file(string soname, string? expected) =>
        Assert.Equal(expected, HostLibraries.PathIn(Maps, soname));
}

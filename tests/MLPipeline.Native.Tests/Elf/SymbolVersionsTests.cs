using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Tests.Elf;

public class SymbolVersionsTests
{
    [Fact]
    public void Needs_are_read_with_library_version_index_and_flags()
    {
        var needs = SymbolVersions.Needs(new ElfFile(CraftedElf.Needing(["V_1", "V_2"], flags: 2), "libx.so"));

        Assert.Equal(
            [("libhost.so.1", "V_1", 2, true), ("libhost.so.1", "V_2", 3, true)],
            needs.Select(need => (need.Library, need.Version, (int)need.Index, need.IsWeak)));
    }

    [Fact]
    public void A_file_without_the_section_needs_nothing() =>
        Assert.Empty(SymbolVersions.Needs(new ElfFile(CraftedElf.Needing(["V_1"], withNeeds: false), "libx.so")));

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void Relocated_symbols_are_those_of_that_version_in_rela_and_rel_sections(uint relocationType)
    {
        var file = new ElfFile(CraftedElf.Needing(["V_1", "V_2", "V_3"], relocated: [3, 1, 1], relocationType: relocationType), "libx.so");

        var used = SymbolVersions.Needs(file).Select(need => string.Join(",", SymbolVersions.RelocatedSymbols(file, need)));

        Assert.Equal(["symbol_1", "", "symbol_3"], used);
    }

    [Fact]
    public void Definitions_are_read_to_the_end_of_their_chain() => Assert.Equal(
        ["V_1", "V_2", "V_3"],
        SymbolVersions.Definitions(new ElfFile(CraftedElf.Defining("V_1", "V_2", "V_3"), "libhost.so.1")).Order(StringComparer.Ordinal));

    [Fact]
    public void This_hosts_libstdcxx_defines_what_every_libstdcxx_defines()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads a Linux host's libstdc++.");
        TorchSharp.torch.ones(1).Dispose();

        var defined = MLPipeline.Native.Loading.HostLibraries.OfProcess.VersionsOf("libstdc++.so.6");

        Assert.Contains("GLIBCXX_3.4", defined);
        Assert.Contains("CXXABI_1.3", defined);
    }
}

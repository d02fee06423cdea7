using MLPipeline.Native.Elf;
using MLPipeline.Native.Loading;
using MLPipeline.Native.Tests.Elf;

namespace MLPipeline.Native.Tests.Loading;

public sealed class WeakVersionPatchTests : IDisposable
{
    private readonly string _hostLibrary = Path.Combine(Path.GetTempPath(), $"libhost.so.1.{Guid.NewGuid():N}");
    private readonly HostLibraries _host;

    public WeakVersionPatchTests()
    {
        File.WriteAllBytes(_hostLibrary, CraftedElf.Defining("V_1", "V_2"));
        _host = new HostLibraries(soname => soname == "libhost.so.1" ? _hostLibrary : null);
    }

    public void Dispose() => File.Delete(_hostLibrary);

    [Fact]
    public void Only_the_versions_the_host_lacks_are_missing() => Assert.Equal(["V_3"], Missing(CraftedElf.Needing(["V_1", "V_3", "V_2"])));

    [Fact]
    public void A_weak_version_is_not_missing() => Assert.Empty(Missing(CraftedElf.Needing(["V_3"], flags: VersionNeed.WeakFlag)));

    [Fact]
    public void A_library_the_host_does_not_offer_is_left_to_the_dynamic_loader() =>
        Assert.Empty(new HostLibraries(_ => null).Missing(SymbolVersions.Needs(new ElfFile(CraftedElf.Needing(["V_3"]), "libx.so"))));

    [Fact]
    public void Apply_sets_the_weak_flag_of_that_entry_and_changes_nothing_else()
    {
        var bytes = CraftedElf.Needing(["V_1", "V_3"], relocated: [1]);
        var file = new ElfFile(bytes, "libx.so");
        var missing = _host.Missing(SymbolVersions.Needs(file));

        Assert.Null(WeakVersionPatch.Refusal(file, missing, _host));
        var patched = WeakVersionPatch.Apply(file, missing);

        var changed = Assert.Single(Enumerable.Range(0, bytes.Length), at => bytes[at] != patched[at]);
        Assert.Equal((ulong)changed, missing[0].FlagsOffset);
        Assert.Equal([false, true], SymbolVersions.Needs(new ElfFile(patched, "copy")).Select(need => need.IsWeak));
        Assert.Empty(Missing(patched));
    }

    [Fact]
    public void A_missing_version_that_is_used_is_refused_naming_symbol_version_and_host_library()
    {
        var file = new ElfFile(CraftedElf.Needing(["V_1", "V_3"], relocated: [1, 2]), "libx.so");

        var refusal = WeakVersionPatch.Refusal(file, _host.Missing(SymbolVersions.Needs(file)), _host);

        Assert.Equal(
            $"libx.so uses symbol_2 of V_3, which this host's {_hostLibrary} (libhost.so.1) does not have. " +
            "Run it on a host with a libhost.so.1 that defines V_3.",
            refusal);
    }

    private IEnumerable<string> Missing(byte[] file) =>
        _host.Missing(SymbolVersions.Needs(new ElfFile(file, "libx.so"))).Select(need => need.Version);
}

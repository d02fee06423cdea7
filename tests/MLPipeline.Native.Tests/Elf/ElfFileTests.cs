using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Tests.Elf;

public class ElfFileTests
{
    [Theory]
    [InlineData(0, "is not an ELF file")]
    [InlineData(4, "ELF class 1")]
    [InlineData(5, "data encoding 2")]
    [InlineData(0x3a, "section headers of 40 bytes")]
    public void A_file_of_another_kind_is_refused_by_name(int offset, string expected)
    {
        var bytes = CraftedElf.Needing(["V_1"]);
        bytes[offset] = offset switch { 0 => (byte)'M', 4 => 1, 5 => 2, _ => 40 };

        var error = Assert.Throws<InvalidElfException>(() => new ElfFile(bytes, "libx.so"));

        Assert.StartsWith("libx.so ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        var bytes = CraftedElf.Needing(["V_1", "V_2"], relocated: [1]);

        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidElfException>(() => new ElfFile(bytes[..length], "libx.so"));
    }

    [Fact]
    public void A_damaged_byte_is_refused_or_read_but_never_runs_off_the_file()
    {
        var bytes = CraftedElf.Needing(["V_1", "V_2"], relocated: [1]);

        for (var at = 0; at < bytes.Length; at++)
            foreach (var value in new byte[] { 0, 1, 0x7f, 0xff })
                Read(bytes, at, value);
    }

    private static void Read(byte[] bytes, int at, byte value)
    {
        var damaged = bytes.ToArray();
        damaged[at] = value;
        try
        {
            var file = new ElfFile(damaged, "libx.so");
            foreach (var need in SymbolVersions.Needs(file))
                SymbolVersions.RelocatedSymbols(file, need);
        }
        catch (InvalidElfException error)
        {
            Assert.StartsWith("libx.so ", error.Message, StringComparison.Ordinal);
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace MLPipeline.Native.Elf;

/// <summary>The bytes of a 64-bit little-endian ELF file, read with every offset checked.</summary>
internal sealed class ElfFile
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private readonly byte[] _bytes;

    /// <exception cref="InvalidElfException">The file is of another kind, or shorter than its headers say.</exception>
    public ElfFile(byte[] bytes, string name)
    {
        _bytes = bytes;
        Name = name;
        CheckIdentification();
        Sections = ReadSections();
    }

    /// <summary>What errors call the file.</summary>
    public string Name { get; }

    public IReadOnlyList<ElfSection> Sections { get; }

    public byte[] ToArray() => [.. _bytes];

    public ElfSection? Find(ElfSectionType type)
    {
        foreach (var section in Sections)
            if (section.Type == type)
                return section;
        return null;
    }

    public ushort UInt16(ulong offset, string what) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, sizeof(ushort), what));

    public uint UInt32(ulong offset, string what) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, sizeof(uint), what));

    public ulong UInt64(ulong offset, string what) => BinaryPrimitives.ReadUInt64LittleEndian(At(offset, sizeof(ulong), what));

    /// <summary>The zero-terminated text at <paramref name="offset"/> of the string table in section <paramref name="table"/>.</summary>
    public string Text(uint table, uint offset)
    {
        var strings = Section(table);
        var bytes = At(strings.Offset, strings.Size, "a string table");
        if (offset >= (uint)bytes.Length)
            throw Invalid($"names text {offset} of a string table of {bytes.Length} bytes");
        var text = bytes[(int)offset..];
        var end = text.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(text[..end]) : throw Invalid($"has an unterminated text at {offset} of a string table");
    }

    public ElfSection Section(uint index) => index < Sections.Count
        ? Sections[(int)index]
        : throw Invalid($"refers to section {index} of {Sections.Count}");

    private InvalidElfException Invalid(string what) => new($"{Name} {what}.");

    private ReadOnlySpan<byte> At(ulong offset, ulong length, string what)
    {
        var available = (ulong)_bytes.Length;
        if (offset > available || length > available - offset)
            throw Invalid($"is cut short: {what} needs {length} bytes at {offset}, the file has {available}");
        return _bytes.AsSpan((int)offset, (int)length);
    }

    private void CheckIdentification()
    {
        var header = At(0, HeaderSize, "the ELF header");
        if (!header.StartsWith("\u007fELF"u8))
            throw Invalid($"is not an ELF file: it starts with {Convert.ToHexString(header[..4])}");
        if (header[4] != 2)
            throw Invalid($"is of ELF class {header[4]}; only class 2 (64-bit) is read");
        if (header[5] != 1)
            throw Invalid($"has ELF data encoding {header[5]}; only encoding 1 (little-endian) is read");
    }

    private ElfSection[] ReadSections()
    {
        var start = UInt64(0x28, "e_shoff");
        var count = UInt16(0x3c, "e_shnum");
        var entrySize = UInt16(0x3a, "e_shentsize");
        if (count > 0 && entrySize != SectionHeaderSize)
            throw Invalid($"has section headers of {entrySize} bytes; 64-bit files have {SectionHeaderSize}");
        At(start, (ulong)count * SectionHeaderSize, "the section header table");
        var sections = new ElfSection[count];
        for (var index = 0; index < count; index++)
        {
            var at = start + (ulong)index * SectionHeaderSize;
            sections[index] = new ElfSection(
                (ElfSectionType)UInt32(at + 4, "sh_type"),
                UInt64(at + 24, "sh_offset"),
                UInt64(at + 32, "sh_size"),
                UInt32(at + 40, "sh_link"));
        }

        return sections;
    }
}

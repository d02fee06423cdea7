namespace MLPipeline.Native.Elf;

/// <summary>The GNU symbol versions of a file: those it wants, those it defines, and which of the wanted ones its code uses.</summary>
/// <remarks>Layouts: Linux Standard Base, Core specification, "Symbol Versioning"; relocations and symbols: System V ABI.</remarks>
internal static class SymbolVersions
{
    private const int SymbolSize = 24;
    private const int RelaSize = 24;
    private const int RelSize = 16;
    private const ushort HiddenBit = 0x8000;

    /// <summary>Every version the file wants; empty when it has no <c>.gnu.version_r</c>.</summary>
    public static IReadOnlyList<VersionNeed> Needs(ElfFile file)
    {
        var needs = new List<VersionNeed>();
        if (file.Find(ElfSectionType.VersionNeeds) is not { } section)
            return needs;
        var next = ulong.MaxValue;
        for (var at = section.Offset; next != 0; at += next)
        {
            var library = file.Text(section.Link, file.UInt32(at + 4, "vn_file"));
            ulong nextEntry = ulong.MaxValue;
            for (var entry = at + file.UInt32(at + 8, "vn_aux"); nextEntry != 0; entry += nextEntry)
            {
                needs.Add(new VersionNeed(
                    library,
                    file.Text(section.Link, file.UInt32(entry + 8, "vna_name")),
                    file.UInt16(entry + 6, "vna_other"),
                    file.UInt16(entry + 4, "vna_flags"),
                    entry + 4));
                nextEntry = file.UInt32(entry + 12, "vna_next");
            }

            next = file.UInt32(at + 12, "vn_next");
        }

        return needs;
    }

    /// <summary>Every version the file defines; empty when it has no <c>.gnu.version_d</c>.</summary>
    public static IReadOnlySet<string> Definitions(ElfFile file)
    {
        var definitions = new HashSet<string>(StringComparer.Ordinal);
        if (file.Find(ElfSectionType.VersionDefinitions) is not { } section)
            return definitions;
        var next = ulong.MaxValue;
        for (var at = section.Offset; next != 0; at += next)
        {
            var first = at + file.UInt32(at + 12, "vd_aux");
            definitions.Add(file.Text(section.Link, file.UInt32(first, "vda_name")));
            next = file.UInt32(at + 16, "vd_next");
        }

        return definitions;
    }

    /// <summary>The symbols of version <paramref name="need"/> that a relocation refers to: those the file's code or data uses.</summary>
    public static IReadOnlyList<string> RelocatedSymbols(ElfFile file, VersionNeed need)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (file.Find(ElfSectionType.VersionSymbols) is not { } versions)
            return [];
        var symbols = file.Section(versions.Link);
        foreach (var symbol in RelocationTargets(file, versions.Link))
        {
            var version = file.UInt16(versions.Offset + 2ul * symbol, "a symbol's version");
            if ((version & ~HiddenBit) == need.Index)
                names.Add(file.Text(symbols.Link, file.UInt32(symbols.Offset + (ulong)SymbolSize * symbol, "st_name")));
        }

        return [.. names];
    }

    private static IEnumerable<uint> RelocationTargets(ElfFile file, uint symbolTable)
    {
        foreach (var section in file.Sections)
        {
            if (section.Type is not (ElfSectionType.Rela or ElfSectionType.Rel) || section.Link != symbolTable)
                continue;
            var size = (ulong)(section.Type == ElfSectionType.Rela ? RelaSize : RelSize);
            for (ulong at = 0; at + size <= section.Size; at += size)
                yield return file.UInt32(section.Offset + at + 12, "a relocation's symbol");
        }
    }
}

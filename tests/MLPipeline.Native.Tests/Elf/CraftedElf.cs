using System.Buffers.Binary;
using System.Text;

namespace MLPipeline.Native.Tests.Elf;

/// <summary>A 64-bit little-endian ELF file of nothing but symbol versions, laid out section after section.</summary>
internal sealed class CraftedElf
{
    private readonly List<byte> _strings = [0];
    private readonly List<(uint Type, byte[] Content, uint Link)> _sections = [];

    /// <summary>Wants <paramref name="versions"/> of libhost.so.1; symbol i (from 1) is <c>symbol_i</c> of version i.</summary>
    public static byte[] Needing(string[] versions, ushort flags = 0, int[]? relocated = null, bool withNeeds = true, uint relocationType = 4)
    {
        var elf = new CraftedElf();
        var needs = elf.Needs("libhost.so.1", versions, flags);
        var symbols = new byte[24 * (versions.Length + 1)];
        var symbolVersions = new byte[2 * (versions.Length + 1)];
        for (var i = 1; i <= versions.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(symbols.AsSpan(24 * i), elf.Text($"symbol_{i}"));
            BinaryPrimitives.WriteUInt16LittleEndian(symbolVersions.AsSpan(2 * i), (ushort)(i + 1));
        }

        elf._sections.Add((3, [], 0));
        elf._sections.Add((11, symbols, 1));
        elf._sections.Add((0x6fffffff, symbolVersions, 2));
        elf._sections.Add((relocationType, Relocations(relocated ?? [], relocationType == 4 ? 24 : 16), 2));
        if (withNeeds)
            elf._sections.Add((0x6ffffffe, needs, 1));
        return elf.Write();
    }

    /// <summary>Defines <paramref name="versions"/>.</summary>
    public static byte[] Defining(params string[] versions)
    {
        var elf = new CraftedElf();
        var content = new byte[28 * versions.Length];
        for (var i = 0; i < versions.Length; i++)
        {
            var entry = content.AsSpan(28 * i);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], 20);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], i + 1 < versions.Length ? 28u : 0);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], elf.Text(versions[i]));
        }

        elf._sections.Add((3, [], 0));
        elf._sections.Add((0x6ffffffd, content, 1));
        return elf.Write();
    }

    private uint Text(string text)
    {
        var at = (uint)_strings.Count;
        _strings.AddRange(Encoding.UTF8.GetBytes(text + '\0'));
        return at;
    }

    private byte[] Needs(string library, string[] versions, ushort flags)
    {
        var content = new byte[16 + 16 * versions.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(2), (ushort)versions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(4), Text(library));
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(8), 16);
        for (var i = 0; i < versions.Length; i++)
        {
            var entry = content.AsSpan(16 + 16 * i);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], flags);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)(i + 2));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], Text(versions[i]));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], i + 1 < versions.Length ? 16u : 0);
        }

        return content;
    }

    private static byte[] Relocations(int[] symbols, int size)
    {
        var content = new byte[size * symbols.Length];
        for (var i = 0; i < symbols.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(size * i + 8), (ulong)symbols[i] << 32 | 6);
        return content;
    }

    /// <summary>Header, contents, section headers; section 0 is the null section, section 1 the string table.</summary>
    private byte[] Write()
    {
        _sections[0] = _sections[0] with { Content = [.. _strings] };
        var file = new byte[64 + _sections.Sum(section => section.Content.Length) + 64 * (_sections.Count + 1)];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        var headers = file.Length - 64 * (_sections.Count + 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(0x28), (ulong)headers);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(0x3a), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(0x3c), (ushort)(_sections.Count + 1));
        var at = 64;
        for (var i = 0; i < _sections.Count; i++)
        {
            var (type, content, link) = _sections[i];
            var header = file.AsSpan(headers + 64 * (i + 1));
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)at);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], link);
            content.CopyTo(file, at);
            at += content.Length;
        }

        return file;
    }
}

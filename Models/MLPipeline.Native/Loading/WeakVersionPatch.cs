using System.Buffers.Binary;
using MLPipeline.Native.Elf;

namespace MLPipeline.Native.Loading;

/// <summary>Lets a library load on a host that lacks symbol versions the library names but never uses.</summary>
/// <remarks>
/// Setting <c>VER_FLG_WEAK</c> in a <c>.gnu.version_r</c> entry makes the dynamic loader accept the lack of that version.
/// Legal when no relocation refers to a symbol of that version: then nothing the file runs depends on it.
/// </remarks>
internal static class WeakVersionPatch
{
    /// <summary>Why <paramref name="need"/> may not be weakened, or null when it may.</summary>
    public static string? Refusal(ElfFile file, VersionNeed need)
    {
        var used = SymbolVersions.RelocatedSymbols(file, need);
        return used.Count == 0 ? null : $"it uses {string.Join(", ", used)} of {need.Version}";
    }

    /// <summary>A copy of the file's bytes with the given entries weak.</summary>
    public static byte[] Apply(ElfFile file, IEnumerable<VersionNeed> needs)
    {
        var bytes = file.ToArray();
        foreach (var need in needs)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)need.FlagsOffset), (ushort)(need.Flags | VersionNeed.WeakFlag));
        return bytes;
    }
}

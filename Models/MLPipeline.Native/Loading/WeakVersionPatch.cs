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
    /// <summary>Why the file may not be patched for <paramref name="host"/>, or null when it may.</summary>
    public static string? Refusal(ElfFile file, IEnumerable<VersionNeed> missing, HostLibraries host)
    {
        foreach (var need in missing)
        {
            var used = SymbolVersions.RelocatedSymbols(file, need);
            if (used.Count > 0)
                return $"{file.Name} uses {string.Join(", ", used)} of {need.Version}, which this host's {host.PathOf(need.Library)} " +
                    $"({need.Library}) does not have. Run it on a host with a {need.Library} that defines {need.Version}.";
        }

        return null;
    }

    /// <summary>A copy of the file's bytes with the given entries weak; all other bytes are equal.</summary>
    public static byte[] Apply(ElfFile file, IEnumerable<VersionNeed> missing)
    {
        var bytes = file.ToArray();
        foreach (var need in missing)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)need.FlagsOffset), (ushort)(need.Flags | VersionNeed.WeakFlag));
        return bytes;
    }
}

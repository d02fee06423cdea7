namespace MLPipeline.Native.Elf;

/// <summary>One symbol version that a file wants from another: an entry of <c>.gnu.version_r</c>.</summary>
/// <param name="Library">Soname of the library that must define the version, e.g. <c>libstdc++.so.6</c>.</param>
/// <param name="Version">E.g. <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">The number (<c>vna_other</c>) by which the file's symbols name this version.</param>
/// <param name="Flags">The <c>vna_flags</c>.</param>
/// <param name="FlagsOffset">Where <c>vna_flags</c> lies in the file.</param>
internal sealed record VersionNeed(string Library, string Version, ushort Index, ushort Flags, ulong FlagsOffset)
{
    /// <summary><c>VER_FLG_WEAK</c>: the dynamic loader accepts a library that lacks the version.</summary>
    public const ushort WeakFlag = 0x2;

    public bool IsWeak => (Flags & WeakFlag) != 0;
}

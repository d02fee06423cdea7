namespace MLPipeline.Native.Elf;

/// <summary>The <c>sh_type</c> values of the System V ABI and its GNU extensions that symbol versions involve.</summary>
internal enum ElfSectionType : uint
{
    Rela = 4,
    Rel = 9,
    DynamicSymbols = 11,
    VersionDefinitions = 0x6ffffffd,
    VersionNeeds = 0x6ffffffe,
    VersionSymbols = 0x6fffffff,
}

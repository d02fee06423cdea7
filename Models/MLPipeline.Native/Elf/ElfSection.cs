namespace MLPipeline.Native.Elf;

/// <summary>One section header, as far as symbol versions need it.</summary>
/// <param name="Type">The <c>sh_type</c>.</param>
/// <param name="Offset">Where the section's bytes start in the file.</param>
/// <param name="Size">Bytes in the section.</param>
/// <param name="Link">Index of the section this one refers to: a string table or a symbol table.</param>
internal readonly record struct ElfSection(ElfSectionType Type, ulong Offset, ulong Size, uint Link);

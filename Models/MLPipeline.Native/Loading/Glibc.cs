using System.Runtime.InteropServices;

namespace MLPipeline.Native.Loading;

/// <summary>The GNU C library of this process.</summary>
internal static class Glibc
{
    private const string FileName = "libc.so.6";
    private static readonly Lazy<Version?> Read = new(Ask);

    /// <summary>E.g. 2.36; null on other systems and for other C libraries, musl above all.</summary>
    public static Version? Version => Read.Value;

    // Some musl hosts answer to glibc's file name, without its functions.
    private static Version? Ask() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(FileName, out var library)
        && NativeLibrary.TryGetExport(library, nameof(gnu_get_libc_version), out _)
        && Version.TryParse(Marshal.PtrToStringUTF8(gnu_get_libc_version()), out var version)
            ? version
            : null;

    [DllImport(FileName)]
    private static extern nint gnu_get_libc_version();
}

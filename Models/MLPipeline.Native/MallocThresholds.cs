using System.Runtime.InteropServices;
using MLPipeline.Native.Loading;

namespace MLPipeline.Native;

/// <summary>glibc's malloc, told to keep big blocks instead of returning them to the kernel after every training step.</summary>
/// <remarks>
/// A step allocates and frees the same activations as the one before. By default glibc maps and unmaps each big block, and the page faults
/// cost a quarter of a ResNet-18 step on 2 cores (572 images/s against 715). The price is memory: the process keeps its peak.
/// </remarks>
public static class MallocThresholds
{
    // The parameters of glibc's <malloc.h>, see mallopt(3).
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    private static readonly Lazy<bool> Raised = new(Set);

    /// <summary>Raises the thresholds for the rest of the process. Idempotent.</summary>
    /// <returns>Whether glibc took them; false on other systems and other C libraries.</returns>
    public static bool Raise() => Raised.Value;

    private static bool Set()
    {
        if (Glibc.Version is null)
            return false;
        // All three must be asked for, whatever the others answer.
        return (mallopt(MmapThreshold, 1 << 30) != 0)
            & (mallopt(TrimThreshold, int.MaxValue) != 0)
            & (mallopt(TopPad, 256 << 20) != 0);
    }

    [DllImport("libc.so.6")]
    private static extern int mallopt(int parameter, int value);
}

using System.Runtime.CompilerServices;
using MLPipeline.Native;
using TorchSharp;

/// <summary>
/// Compiled into the test assemblies that run networks. Test runners fill every core already, and libtorch's threads spin while they wait
/// for each other: on a busy machine two of them take many times longer than one.
/// </summary>
internal static class OneTorchThread
{
#pragma warning disable CA2255 // The thread count must be set before the first test, whichever that is.
    [ModuleInitializer]
    internal static void Set()
    {
        TorchNative.Register();
        torch.set_num_threads(1);
    }
#pragma warning restore CA2255
}

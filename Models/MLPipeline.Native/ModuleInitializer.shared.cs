using System.Runtime.CompilerServices;
using MLPipeline.Native;

/// <summary>Compiled into every assembly that uses TorchSharp: registers the loader before the assembly's first call.</summary>
internal static class TorchModuleInitializer
{
#pragma warning disable CA2255 // A library may not know its host's Main, and TorchSharp loads its native part at the first call.
    [ModuleInitializer]
    internal static void Register() => TorchNative.Register();
#pragma warning restore CA2255
}

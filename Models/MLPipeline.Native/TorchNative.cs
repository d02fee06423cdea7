using System.Reflection;
using System.Runtime.Loader;
using MLPipeline.Native.Loading;

namespace MLPipeline.Native;

/// <summary>Loads TorchSharp's native library where the runtime alone cannot.</summary>
/// <remarks>
/// TorchSharp 0.107's <c>libLibTorchSharp.so</c> names a symbol version of GCC 13's libstdc++ that it never uses. Hosts with an older
/// libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9) refuse the file; there a copy that marks the version as weak is loaded instead.
/// </remarks>
public static class TorchNative
{
    private const string TorchAssembly = "TorchSharp";
    private static readonly Lock Gate = new();
    private static bool _registered;

    /// <summary>How the library was loaded; null as long as the runtime needed no help.</summary>
    public static TorchLoad? Load { get; private set; }

    /// <summary>Registers the loader for every load context that holds TorchSharp. Idempotent and cheap; does nothing outside Linux.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (_registered || !OperatingSystem.IsLinux())
                return;
            _registered = true;
        }

        AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Watch(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            Watch(assembly);
    }

    private static void Watch(Assembly assembly)
    {
        // A plug-in brings its own TorchSharp in a context of its own, and only that context is asked for its native library.
        if (assembly.GetName().Name == TorchAssembly
            && AssemblyLoadContext.GetLoadContext(assembly) is { } context
            && context != AssemblyLoadContext.Default)
            context.ResolvingUnmanagedDll += Resolve;
    }

    private static nint Resolve(Assembly user, string library)
    {
        if (library != "LibTorchSharp")
            return 0;
        lock (Gate)
            return (Load ??= TorchLibrary.Load(user))?.Handle ?? 0;
    }
}

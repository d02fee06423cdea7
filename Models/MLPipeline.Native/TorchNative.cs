using System.Reflection;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using MLPipeline.Native.Loading;

namespace MLPipeline.Native;

/// <summary>Loads TorchSharp's native library where the runtime alone cannot.</summary>
/// <remarks>
/// TorchSharp 0.107's <c>libLibTorchSharp.so</c> names a symbol version of GCC 13's libstdc++ that it never uses. Hosts with an older
/// libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9) refuse the file; there a copy that marks the version as weak is loaded instead. The event
/// source <c>MLPipeline-Native</c> says so once, at level Verbose.
/// </remarks>
public static class TorchNative
{
    private const string TorchAssembly = "TorchSharp";
    private static readonly Lock Gate = new();
    private static bool _registered;

    /// <summary>How the library was loaded; null as long as the runtime needed no help.</summary>
    public static TorchLoad? Current { get; private set; }

    /// <summary>Registers the loader for every load context that holds TorchSharp. Idempotent and cheap; does nothing outside Linux.</summary>
    public static void Register()
    {
        if (!OperatingSystem.IsLinux())
            return;
        lock (Gate)
        {
            if (_registered)
                return;
            _registered = true;
        }

        AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        AppDomain.CurrentDomain.AssemblyLoad += WatchLoaded;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            Watch(assembly);
    }

    [SupportedOSPlatform("linux")]
    private static void WatchLoaded(object? sender, AssemblyLoadEventArgs loaded) => Watch(loaded.LoadedAssembly);

    /// <summary>A plug-in brings its own TorchSharp in a context of its own, and only that context is asked for its native library.</summary>
    [SupportedOSPlatform("linux")]
    private static void Watch(Assembly assembly)
    {
        if (assembly.GetName().Name == TorchAssembly
            && AssemblyLoadContext.GetLoadContext(assembly) is { } context
            && context != AssemblyLoadContext.Default)
            context.ResolvingUnmanagedDll += Resolve;
    }

    [SupportedOSPlatform("linux")]
    private static nint Resolve(Assembly user, string library)
    {
        if (library != "LibTorchSharp")
            return 0;
        lock (Gate)
        {
            if (Current is null && TorchLibrary.Load(user) is { } load)
            {
                Current = load;
                NativeEvents.Log.TorchLoaded(load.Stock, load.Loaded, string.Join(", ", load.Weakened));
            }

            return Current?.Handle ?? 0;
        }
    }
}

using System.Reflection;
using System.Runtime.Loader;
using TorchSharp;

namespace MLPipeline.Cli.UserModules;

/// <summary>
/// Where a user's assembly and what it needs are loaded. TorchSharp and this product's libraries are shared, so that a module of theirs is a
/// module to us; everything else comes from the assembly's own folder or its <c>.deps.json</c>, apart from our own copies.
/// </summary>
internal sealed class UserAssemblyContext(string path) : AssemblyLoadContext($"user {Path.GetFileName(path)}")
{
    private static readonly AssemblyName OurTorch = typeof(torch).Assembly.GetName();
    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <summary>Why an assembly built against another TorchSharp can't be used; null when its reference fits the one that runs.</summary>
    /// <param name="assembly">The assembly that has the reference.</param>
    /// <param name="reference">What it refers to.</param>
    public static string? Misfit(string assembly, AssemblyName reference)
    {
        if (reference.Name != OurTorch.Name)
            return null;
        var (asked, ours) = (reference.Version!, OurTorch.Version!);
        var fits = asked.Major == ours.Major && asked.Minor == ours.Minor && asked <= ours;
        return fits ? null : $"'{assembly}' was built against TorchSharp {asked.ToString(3)}, and this program runs {ours.ToString(3)}; build it against {ours.ToString(3)}.";
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (IsShared(assemblyName.Name!))
            return null; // The default context has it.
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } own ? LoadFromAssemblyPath(own) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } own ? LoadUnmanagedDllFromPath(own) : 0;

    private static bool IsShared(string name) => name == OurTorch.Name
        || name is "MLPipeline.Export" or "MLPipeline.Onnx" or "MLPipeline.Models" or "MLPipeline.Native" or "MLPipeline.Inference" or "MLPipeline.Training";
}

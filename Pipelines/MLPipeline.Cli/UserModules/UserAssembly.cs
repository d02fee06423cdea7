using System.Reflection;
using MLPipeline.Cli.Output;
using MLPipeline.Export;
using static TorchSharp.torch;

namespace MLPipeline.Cli.UserModules;

/// <summary>A user's compiled assembly, loaded with what it needs, and the modules in it.</summary>
internal sealed class UserAssembly
{
    private readonly Type[] _types;

    private UserAssembly(string path, Type[] types)
    {
        File = path;
        _types = types;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The modules an object can be made of, by name.</summary>
    public IReadOnlyList<Type> Modules => [.. _types.Where(IsUsable).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Loads an assembly. Nothing of it runs yet.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ExportException">It is no .NET assembly, was built against another TorchSharp, or needs one that is not there.</exception>
    public static UserAssembly Load(string path)
    {
        var full = Path.GetFullPath(path);
        if (!System.IO.File.Exists(full))
            throw new FileNotFoundException($"There is no assembly '{path}'. Build the project and name its DLL, for example bin/Release/net10.0/My.dll.", path);
        try
        {
            var assembly = new UserAssemblyContext(full).LoadFromAssemblyPath(full);
            CheckReferences(assembly);
            return new UserAssembly(path, TypesOf(assembly));
        }
        catch (BadImageFormatException e)
        {
            throw new ExportException($"'{path}' is no .NET assembly that this program can load: {e.Message}", e);
        }
        catch (FileLoadException e)
        {
            throw new ExportException($"'{path}' can't be loaded: {e.Message}", e);
        }
    }

    /// <summary>The type of a name: with its namespace, or its bare name where only one bears it; a nested one after <c>.</c> or <c>+</c>. Null when there is none.</summary>
    public Type? Find(string name)
    {
        if (_types.FirstOrDefault(type => type.FullName == name || type.FullName?.Replace('+', '.') == name) is { } exact)
            return exact;
        return _types.Where(type => type.Name == name).ToList() is [var only] ? only : null;
    }

    /// <summary>Whether a type is a module at all.</summary>
    public static bool IsModule(Type type) => typeof(nn.Module).IsAssignableFrom(type);

    /// <summary>For the end of an error: which modules there are, and which of them may have been meant.</summary>
    public string Candidates(string? meant = null)
    {
        var names = Modules.Select(type => type.FullName!).ToList();
        if (names.Count == 0)
            return $"'{File}' has no module in it: no class derives from TorchSharp's nn.Module.";
        var closest = meant is null ? null : names.MinBy(name => Spelling.Distance(meant, name));
        var hint = closest is not null && Spelling.Distance(meant!, closest) <= UsageErrors.MostEdits ? $" Did you mean '{closest}'?" : "";
        return $"Its modules are {string.Join(", ", names)}.{hint}";
    }

    private static bool IsUsable(Type type) => IsModule(type) && !type.IsAbstract && !type.ContainsGenericParameters;

    private static void CheckReferences(Assembly assembly)
    {
        foreach (var reference in assembly.GetReferencedAssemblies())
        {
            if (UserAssemblyContext.Misfit(assembly.GetName().Name!, reference) is { } misfit)
                throw new ExportException(misfit);
        }
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            var missing = e.LoaderExceptions.OfType<FileNotFoundException>().Select(f => f.FileName).OfType<string>().Select(f => f.Split(',')[0]).Distinct();
            throw new ExportException(
                $"'{assembly.Location}' needs {string.Join(", ", missing.DefaultIfEmpty(e.Message))}, which lies neither beside it nor here. " +
                "Publish the project ('dotnet publish'), or build it with <EnableDynamicLoading>true</EnableDynamicLoading>, and name the DLL in that folder.", e);
        }
    }
}

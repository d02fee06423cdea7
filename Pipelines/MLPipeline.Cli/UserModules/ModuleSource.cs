using System.Reflection;
using System.Runtime.ExceptionServices;
using MLPipeline.Export;
using static TorchSharp.torch;

namespace MLPipeline.Cli.UserModules;

/// <summary>Makes a module of a user's assembly: by a constructor, or by a static method that returns one.</summary>
internal sealed class ModuleSource
{
    private const BindingFlags Made = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly MethodBase _maker;
    private readonly ConstructorArguments _arguments;

    private ModuleSource(MethodBase maker, ConstructorArguments arguments)
    {
        _maker = maker;
        _arguments = arguments;
    }

    /// <summary>Finds what makes the module.</summary>
    /// <param name="assembly">The user's assembly.</param>
    /// <param name="name">A class, or a class and a static method of it; null for the assembly's only module.</param>
    /// <param name="arguments">What to pass, by parameter name.</param>
    /// <exception cref="UsageException">There is no such class, it is none to make an object of, or the arguments do not fit.</exception>
    public static ModuleSource Find(UserAssembly assembly, string? name, ConstructorArguments arguments)
    {
        var makers = name is null ? ConstructorsOf(OnlyModule(assembly)) : MakersOf(assembly, name);
        return new ModuleSource(arguments.Choose(makers, name ?? makers[0].DeclaringType!.FullName!), arguments);
    }

    /// <summary>Makes the module.</summary>
    /// <exception cref="ExportException">The user's code throws, or gives null.</exception>
    public nn.Module Create()
    {
        try
        {
            var values = _arguments.For(_maker);
            var made = _maker is ConstructorInfo constructor ? constructor.Invoke(values) : _maker.Invoke(null, values);
            return made as nn.Module ?? throw new ExportException($"{Described} returned {made ?? "null"} instead of a module.");
        }
        catch (TargetInvocationException e) when (e.InnerException is OperationCanceledException cancelled)
        {
            ExceptionDispatchInfo.Throw(cancelled);
            throw;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } thrown)
        {
            throw new ExportException($"{Described} failed with {thrown.GetType().Name}: {thrown.Message}", thrown);
        }
    }

    private string Described => _maker is ConstructorInfo ? $"The constructor of {_maker.DeclaringType!.FullName}" : $"{_maker.DeclaringType!.FullName}.{_maker.Name}";

    private static Type OnlyModule(UserAssembly assembly) => assembly.Modules is [var only]
        ? only
        : throw new UsageException($"say which module with --type. {assembly.Candidates()}");

    private static List<MethodBase> MakersOf(UserAssembly assembly, string name)
    {
        if (assembly.Find(name) is { } type)
            return ConstructorsOf(type);
        var dot = name.LastIndexOf('.');
        if (dot > 0 && assembly.Find(name[..dot]) is { } owner)
            return FactoriesOf(owner, name[(dot + 1)..], assembly);
        throw new UsageException($"--type is '{name}', which '{assembly.File}' does not have. {assembly.Candidates(name)}");
    }

    private static List<MethodBase> ConstructorsOf(Type type)
    {
        if (!UserAssembly.IsModule(type))
            throw new UsageException($"--type is '{type.FullName}', which is no module: it derives from {type.BaseType?.FullName ?? "nothing"}, not from TorchSharp's nn.Module.");
        if (type.ContainsGenericParameters)
            throw new UsageException($"--type is '{type.FullName}', which is generic; write a static method that returns a closed one, and name that.");
        if (type.IsAbstract)
            throw new UsageException($"--type is '{type.FullName}', which is abstract; name a class derived from it.");
        return [.. type.GetConstructors(Made | BindingFlags.Instance)];
    }

    private static List<MethodBase> FactoriesOf(Type owner, string method, UserAssembly assembly)
    {
        var found = owner.GetMethods(Made | BindingFlags.Static)
            .Where(m => m.Name == method && !m.ContainsGenericParameters && UserAssembly.IsModule(m.ReturnType)).ToList<MethodBase>();
        return found.Count > 0
            ? found
            : throw new UsageException($"{owner.FullName} has no static method '{method}' that returns a module. {assembly.Candidates()}");
    }
}

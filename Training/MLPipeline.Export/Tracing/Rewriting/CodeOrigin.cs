using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Whose code a method is: the framework's, TorchSharp's, or the user's.</summary>
internal enum CodeOrigin
{
    /// <summary>The .NET framework: run as it is.</summary>
    Framework,

    /// <summary>TorchSharp: recorded where there is a converter, entered where there is none.</summary>
    Torch,

    /// <summary>Anything else: entered.</summary>
    User,
}

/// <summary>Tells origins apart by assembly.</summary>
internal static class CodeOrigins
{
    private static readonly ConcurrentDictionary<Assembly, CodeOrigin> Known = new();
    private static readonly string? SharedFrameworks = SharedRoot(typeof(object).Assembly);

    /// <summary>The origin of a member's declaring type.</summary>
    public static CodeOrigin Of(MemberInfo member) => Of(member.DeclaringType ?? (Type)member);

    /// <summary>The origin of a type.</summary>
    public static CodeOrigin Of(Type type) => type.IsArray ? CodeOrigin.Framework : Known.GetOrAdd(type.Assembly, Classify);

    private static CodeOrigin Classify(Assembly assembly)
    {
        if (assembly == typeof(torch).Assembly)
            return CodeOrigin.Torch;
        if (assembly == typeof(CodeOrigins).Assembly || IsFramework(assembly))
            return CodeOrigin.Framework;
        return CodeOrigin.User;
    }

    // Three folders up from the core library lie all shared frameworks of a host (Microsoft.NETCore.App, Microsoft.AspNetCore.App, ...);
    // a self-contained app has them beside itself, where only the name tells.
    private static bool IsFramework(Assembly assembly)
    {
        var name = assembly.GetName().Name ?? "";
        return name is "System" or "mscorlib" or "netstandard" || name.StartsWith("System.", StringComparison.Ordinal)
            || (SharedFrameworks is not null && SharedRoot(assembly) == SharedFrameworks);
    }

    private static string? SharedRoot(Assembly assembly) => assembly.IsDynamic
        ? null
        : Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(assembly.Location)));
}

using System.Collections.Concurrent;
using System.Reflection;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Finds the method a virtual call reaches on a receiver of a given type.</summary>
internal static class VirtualTarget
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<(MethodInfo, Type), MethodInfo?> Known = new();

    /// <summary>The implementation of <paramref name="method"/> on <paramref name="type"/>; null when it can't be told.</summary>
    public static MethodInfo? Find(MethodInfo method, Type type) => Known.GetOrAdd((method, type), key => Search(key.Item1, key.Item2));

    private static MethodInfo? Search(MethodInfo method, Type type)
    {
        if (!method.IsVirtual || method.DeclaringType == type)
            return method;
        return method.DeclaringType!.IsInterface ? InInterface(method, type) : InHierarchy(method, type);
    }

    private static MethodInfo? InInterface(MethodInfo method, Type type)
    {
        // Arrays implement their generic interfaces by magic. A variant interface may be implemented as another instance of it.
        var called = method.DeclaringType!;
        var interfaces = type.GetInterfaces();
        var implemented = interfaces.FirstOrDefault(i => i == called) ?? interfaces.FirstOrDefault(i => Definition(i) == Definition(called) && called.IsAssignableFrom(i));
        if (type.IsArray || implemented is null)
            return null;
        var map = type.GetInterfaceMap(implemented);
        var index = Array.FindIndex(map.InterfaceMethods, m => m.MetadataToken == method.MetadataToken);
        return index < 0 ? null : Close(map.TargetMethods[index], method);
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static MethodInfo? InHierarchy(MethodInfo method, Type type)
    {
        var slot = (method.IsGenericMethod ? method.GetGenericMethodDefinition() : method).GetBaseDefinition();
        for (var level = type; level is not null && level != slot.DeclaringType!.BaseType; level = level.BaseType)
        {
            var found = level.GetMethods(Declared).FirstOrDefault(m => m.IsVirtual && Overrides(m, slot));
            if (found is not null)
                return Close(found, method);
        }

        return null;
    }

    // A covariant override has a slot of its own and says whom it preserves; its name and parameters still match.
    private static bool Overrides(MethodInfo candidate, MethodInfo slot) =>
        Same(candidate.GetBaseDefinition(), slot)
        || (candidate.Name == slot.Name && candidate.ReturnType != slot.ReturnType
            && candidate.GetCustomAttributesData().Any(a => a.AttributeType.Name == "PreserveBaseOverridesAttribute")
            && candidate.GetParameters().Select(p => p.ParameterType).SequenceEqual(slot.GetParameters().Select(p => p.ParameterType)));

    private static bool Same(MethodInfo a, MethodInfo b) => a.MetadataToken == b.MetadataToken && a.Module == b.Module && a.DeclaringType == b.DeclaringType;

    private static MethodInfo Close(MethodInfo found, MethodInfo call) =>
        found.IsGenericMethodDefinition ? found.MakeGenericMethod(call.GetGenericArguments()) : found;
}

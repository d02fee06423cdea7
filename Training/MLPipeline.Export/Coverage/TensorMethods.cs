using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Coverage;

/// <summary>TorchSharp's public methods that give tensors, and its modules.</summary>
internal static class TensorMethods
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The methods, by family and name.</summary>
    public static IEnumerable<(string Family, string Name, IReadOnlyList<MethodInfo> Overloads)> Functions() =>
        from type in typeof(torch).Assembly.GetExportedTypes()
        where !typeof(nn.Module).IsAssignableFrom(type) && !typeof(Delegate).IsAssignableFrom(type)
        from method in type.GetMethods(Declared)
        where GivesTensors(method.ReturnType) && !method.IsAbstract && !method.IsDefined(typeof(ObsoleteAttribute))
        group method by (Family: FamilyOf(type), NameOf(method)) into overloads
        orderby overloads.Key.Family, overloads.Key.Item2
        select (overloads.Key.Family, overloads.Key.Item2, (IReadOnlyList<MethodInfo>)[.. overloads]);

    /// <summary>The modules that can be made, by name, with their <c>forward</c>.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<MethodInfo> Forward)> Modules() =>
        from type in typeof(torch).Assembly.GetExportedTypes()
        where typeof(nn.Module).IsAssignableFrom(type) && !type.IsAbstract
        let forward = type.GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(m => m.Name == "forward" && GivesTensors(m.ReturnType) && !m.IsAbstract).ToList()
        where forward.Count > 0
        orderby type.Name
        select (type.Name.Split('`')[0], (IReadOnlyList<MethodInfo>)forward);

    private static bool GivesTensors(Type type)
    {
        if (type == typeof(Tensor))
            return true;
        if (type.IsArray)
            return GivesTensors(type.GetElementType()!);
        return type.IsGenericType && (typeof(ITuple).IsAssignableFrom(type) || typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            && type.GetGenericArguments().Any(GivesTensors);
    }

    private static string NameOf(MethodInfo method) => method.Name switch
    {
        "get_Item" => "[indices]",
        "op_Implicit" or "op_Explicit" => "from a number",
        var name when name.StartsWith("get_", StringComparison.Ordinal) => name[4..],
        var name => name,
    };

    private static string FamilyOf(Type type) =>
        typeof(Tensor).IsAssignableFrom(type) || type.Name == "TensorExtensionMethods" ? "Tensor" : type.FullName!.Replace("TorchSharp.", "").Replace("torch+nn+functional", "functional").Replace('+', '.').Split('`')[0];
}

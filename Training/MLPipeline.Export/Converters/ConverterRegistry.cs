using System.Reflection;
using System.Reflection.Emit;
using MLPipeline.Export.Tracing.Rewriting;
using TorchSharp;

namespace MLPipeline.Export.Converters;

/// <summary>A converter for an operator.</summary>
/// <param name="Key">The operator's key.</param>
/// <param name="Convert">Emits nodes and returns the names of the operator's results.</param>
/// <param name="InPlace">Whether the call changes its receiver.</param>
internal sealed record ConverterEntry(string Key, Func<ConversionContext, IReadOnlyList<string>> Convert, bool InPlace)
{
    /// <summary>Whether a user gave it.</summary>
    public bool IsCustom { get; init; }
}

/// <summary>All converters, found by attribute.</summary>
internal static class ConverterRegistry
{
    private static readonly Dictionary<string, MethodInfo> Methods = Collect();
    private static readonly Dictionary<string, Func<ConversionContext, IReadOnlyList<string>>> Converters = Methods.ToDictionary(m => m.Key, m => AsConverter(m.Value));

    /// <summary>The converter of a TorchSharp method; null when there is none.</summary>
    public static ConverterEntry? Find(MethodBase method)
    {
        var key = NameOf(method);
        if (Converters.TryGetValue(key, out var exact))
            return new ConverterEntry(key, exact, InPlace: IsInPlace(method));
        return IsInPlace(method) && Converters.TryGetValue(key[..^1], out var plain) ? new ConverterEntry(key[..^1], plain, InPlace: true) : null;
    }

    /// <summary>The converter of a key.</summary>
    public static Func<ConversionContext, IReadOnlyList<string>> Of(string key) => Converters[key];

    /// <summary>Whether a converter is there to say why not: its code never returns.</summary>
    public static bool Refuses(ConverterEntry converter) =>
        IlReader.Read(Methods[converter.Key].GetMethodBody()!.GetILAsByteArray()!).TrueForAll(instruction => instruction.OpCode != OpCodes.Ret);

    /// <summary>An operator's name as keys and messages give it: <c>Tensor.add</c>.</summary>
    public static string NameOf(MethodBase method)
    {
        var type = method.DeclaringType!;
        var owner = typeof(torch.Tensor).IsAssignableFrom(type) || type.Name == "TensorExtensionMethods" ? "Tensor" : type.Name.Split('`')[0];
        return $"{owner}.{method.Name}";
    }

    private static bool IsInPlace(MethodBase method) =>
        (method.Name.EndsWith('_') || method.Name == "set_TensorItems") && !method.IsStatic && typeof(torch.Tensor).IsAssignableFrom(method.DeclaringType);

    private static Dictionary<string, MethodInfo> Collect()
    {
        var found = new Dictionary<string, MethodInfo>();
        const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var method in typeof(ConverterRegistry).Assembly.GetTypes().SelectMany(t => t.GetMethods(Static)))
        {
            if (method.GetCustomAttribute<ConvertsAttribute>() is not { } converts)
                continue;
            foreach (var key in converts.Keys)
                found.Add(key, method);
        }

        return found;
    }

    // A converter returns one name or several.
    private static Func<ConversionContext, IReadOnlyList<string>> AsConverter(MethodInfo method)
    {
        if (method.ReturnType != typeof(string))
            return method.CreateDelegate<Func<ConversionContext, IReadOnlyList<string>>>();
        var single = method.CreateDelegate<Func<ConversionContext, string>>();
        return context => [single(context)];
    }
}

using System.Collections.Concurrent;
using System.Reflection;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Finds the converter that a user gave a method, in the options of an export or by attribute. What is kept between exports are attributes alone.</summary>
internal sealed class CustomConverters(OnnxConverters registered)
{
    private static readonly ConcurrentDictionary<MemberInfo, Func<OnnxConversion, IReadOnlyList<string>>?> Marked = new();

    /// <summary>Those of attributes alone.</summary>
    public static CustomConverters None { get; } = new([]);

    /// <summary>The converter of a call; null when it is not a user's to convert.</summary>
    /// <param name="method">The method the call reaches.</param>
    /// <param name="receiver">The object it is called on.</param>
    public ConverterEntry? Find(MethodBase method, object? receiver)
    {
        if (registered.Of(method) is { } ofMethod)
            return Entry(method, ofMethod);
        if (receiver is nn.Module && method.Name == "forward")
        {
            if (registered.Of(receiver.GetType()) is { } ofModule && method.DeclaringType!.IsAssignableFrom(ofModule.Module))
                return Entry(method, ofModule.Convert);
            if (Marking(method.DeclaringType!) is { } ofClass)
                return Entry(method, ofClass);
        }

        return Marking(method) is { } marked ? Entry(method, marked) : null;
    }

    private static ConverterEntry Entry(MethodBase method, Func<OnnxConversion, IReadOnlyList<string>> convert) =>
        new(ConverterRegistry.NameOf(method), context => Checked(convert(new OnnxConversion(context)), context), InPlace: false) { IsCustom = true };

    private static IReadOnlyList<string> Checked(IReadOnlyList<string> names, ConversionContext context) => names.Count == context.Results.Count && !names.Any(string.IsNullOrEmpty)
        ? names
        : throw new ConversionException($"its converter returned {names.Count} name(s) ({string.Join(", ", names)}) for {context.Results.Count} result(s)");

    private static Func<OnnxConversion, IReadOnlyList<string>>? Marking(MemberInfo member) => Marked.GetOrAdd(member, static m =>
        m.GetCustomAttribute<OnnxConverterAttribute>(inherit: false) is { } attribute ? Resolve(m as Type ?? m.DeclaringType!, attribute.Converter, m) : null);

    private static Func<OnnxConversion, IReadOnlyList<string>> Resolve(Type owner, string name, MemberInfo marked)
    {
        const BindingFlags own = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var method = owner.GetMethod(name, own, [typeof(OnnxConversion)]);
        if (method?.ReturnType == typeof(string))
            return context => [method.CreateDelegate<Func<OnnxConversion, string>>()(context)];
        if (method is not null && typeof(IReadOnlyList<string>).IsAssignableFrom(method.ReturnType))
            return method.CreateDelegate<Func<OnnxConversion, IReadOnlyList<string>>>();
        throw new ExportException(
            $"[OnnxConverter(\"{name}\")] on {marked.Name} names no static method of {owner.Name} that takes an OnnxConversion and returns a string or a list of strings.");
    }
}

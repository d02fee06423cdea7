using System.Globalization;

namespace MLPipeline.Cli.UserModules;

/// <summary>A value of a parameter's type, written as text: numbers, truth values, texts, names of enums, and lists of them with commas.</summary>
internal static class ArgumentText
{
    /// <summary>Reads a value.</summary>
    /// <exception cref="UsageException">The text is no such value, or the type is none that can be written.</exception>
    public static object? Parse(string text, Type type, string parameter)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (text == "null" && (plain != type || !type.IsValueType) && type != typeof(string))
            return null;
        if (plain.IsArray)
            return Array(text, plain.GetElementType()!, parameter);
        try
        {
            if (plain.IsEnum)
                return Enum.Parse(plain, text, ignoreCase: true);
            if (plain == typeof(string) || plain.IsPrimitive || plain == typeof(decimal))
                return Convert.ChangeType(text, plain, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            var choice = plain.IsEnum ? $": one of {string.Join(", ", Enum.GetNames(plain))}" : "";
            throw new UsageException($"--arg {parameter} is '{text}', which is no {NameOf(plain)}{choice}.");
        }
        throw new UsageException($"parameter '{parameter}' is of type {NameOf(plain)}, which can't be written on a command line; name a static method that makes the module.");
    }

    /// <summary>A type as C# names it, near enough.</summary>
    public static string NameOf(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } plain => $"{NameOf(plain)}?",
        { IsArray: true } => $"{NameOf(type.GetElementType()!)}[]",
        _ when type == typeof(int) => "int",
        _ when type == typeof(long) => "long",
        _ when type == typeof(float) => "float",
        _ when type == typeof(bool) => "bool",
        { IsPrimitive: true } => type.Name.ToLowerInvariant(),
        _ when type == typeof(string) => "string",
        _ => type.Name,
    };

    private static Array Array(string text, Type element, string parameter)
    {
        var items = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var array = System.Array.CreateInstance(element, items.Length);
        for (var i = 0; i < items.Length; i++)
            array.SetValue(Parse(items[i], element, parameter), i);
        return array;
    }
}

using System.Reflection;

namespace MLPipeline.Cli.UserModules;

/// <summary>What <c>--arg name=value</c> passes to a constructor or factory method.</summary>
internal sealed class ConstructorArguments
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads <c>name=value</c> pairs.</summary>
    /// <exception cref="UsageException">One is no pair, or a name comes twice.</exception>
    public ConstructorArguments(IEnumerable<string> pairs)
    {
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=');
            if (equals < 1)
                throw new UsageException($"--arg is '{pair}'; it must be NAME=VALUE, for example classes=10.");
            if (!_texts.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..]))
                throw new UsageException($"--arg gives '{pair[..equals].Trim()}' twice.");
        }
    }

    /// <summary>The method that takes exactly the arguments given, others having defaults; the one with the fewest parameters where several do.</summary>
    /// <exception cref="UsageException">None does; lists what there is.</exception>
    public MethodBase Choose(IReadOnlyList<MethodBase> makers, string name) =>
        makers.Where(Fits).OrderBy(m => m.GetParameters().Length).ThenByDescending(m => m.IsPublic).FirstOrDefault()
        ?? throw new UsageException(
            $"{name} can't be made with {(_texts.Count == 0 ? "no arguments" : $"--arg {string.Join(", ", _texts.Keys)}")}: it takes {string.Join(" or ", makers.Select(Describe))}. " +
            "Give each parameter without a default as --arg NAME=VALUE, or name a static method that makes the module.");

    /// <summary>The values for a chosen method, in order.</summary>
    /// <exception cref="UsageException">A text is no value of its parameter's type.</exception>
    public object?[] For(MethodBase maker) =>
        [.. maker.GetParameters().Select(p => _texts.TryGetValue(p.Name!, out var text) ? ArgumentText.Parse(text, p.ParameterType, p.Name!) : DefaultOf(p))];

    private bool Fits(MethodBase maker)
    {
        var parameters = maker.GetParameters();
        return parameters.All(p => p.HasDefaultValue || _texts.ContainsKey(p.Name!))
            && _texts.Keys.All(name => parameters.Any(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)));
    }

    // Metadata holds an enum's default as its number.
    private static object? DefaultOf(ParameterInfo parameter) =>
        parameter.DefaultValue is { } number && (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is { IsEnum: true } type
            ? Enum.ToObject(type, number)
            : parameter.DefaultValue;

    private static string Describe(MethodBase maker) => $"({string.Join(", ", maker.GetParameters().Select(Describe))})";

    private static string Describe(ParameterInfo p) =>
        $"{ArgumentText.NameOf(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")}";
}

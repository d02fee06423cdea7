using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using MLPipeline.Export.Tracing.Rewriting;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>
/// The arguments of a module's <c>forward</c>: tensors, tuples, arrays, lists and dictionaries of them, and plain values. The tensors in
/// them are the graph's inputs; all else is as given, for good.
/// </summary>
internal sealed class ModuleArguments
{
    private readonly List<(string Parameter, string Part, Tensor Tensor)> _leaves = [];
    private readonly List<Func<Queue<Tensor>, object?>> _makers = [];
    private bool _hasContainers;

    private ModuleArguments()
    {
    }

    /// <summary>The tensors, in order.</summary>
    public IReadOnlyList<Tensor> Tensors => [.. _leaves.Select(l => l.Tensor)];

    /// <summary>Names for them: the keys of dictionaries, else the parameters' names and places; null when every tensor is an argument of its own.</summary>
    public IReadOnlyList<string>? Names => _hasContainers ? Distinct([.. _leaves.Select(l => Named(l.Parameter, l.Part))]) : null;

    /// <summary>Takes the arguments apart.</summary>
    /// <param name="parameters">The parameters, with the names of <c>forward</c>.</param>
    /// <param name="values">A value for each; parameters beyond them get their defaults.</param>
    /// <returns>Null when a value does not go into its parameter.</returns>
    /// <exception cref="ExportException">A value may hold tensors where nobody can see them.</exception>
    public static ModuleArguments? Of(IReadOnlyList<ParameterInfo> parameters, IReadOnlyList<object?> values)
    {
        if (values.Count > parameters.Count || parameters.Skip(values.Count).Any(p => !p.HasDefaultValue))
            return null;
        var arguments = new ModuleArguments();
        foreach (var parameter in parameters)
        {
            var value = parameter.Position < values.Count ? values[parameter.Position] : parameter.DefaultValue;
            if (arguments.MakerOf(value, parameter.ParameterType, parameter.Name!, "") is not { } maker)
                return null;
            arguments._makers.Add(maker);
        }

        return arguments;
    }

    /// <summary>The arguments with other tensors in them.</summary>
    public object?[] With(IReadOnlyList<Tensor> tensors)
    {
        var queue = new Queue<Tensor>(tensors);
        return [.. _makers.Select(make => make(queue))];
    }

    private Func<Queue<Tensor>, object?>? MakerOf(object? value, Type type, string parameter, string part)
    {
        switch (value)
        {
            case null:
                return type.IsValueType && Nullable.GetUnderlyingType(type) is null && type.IsPrimitive ? null : _ => null;
            case Tensor tensor when type.IsInstanceOfType(tensor):
                _leaves.Add((parameter, part, tensor));
                return queue => queue.Dequeue();
            case ITuple tuple when type.IsInstanceOfType(tuple) && tuple.Length < 8:
                var types = tuple.GetType().GetGenericArguments();
                return Container([.. Enumerable.Range(0, tuple.Length).Select(i => (i.ToString(), tuple[i], types[i]))], parameter, part,
                    items => Activator.CreateInstance(tuple.GetType(), items)!);
            case IDictionary map when type.IsInstanceOfType(map) && IsOf(map, typeof(Dictionary<,>)):
                return Container([.. map.Keys.Cast<object>().Select(k => (k.ToString()!, map[k], map.GetType().GetGenericArguments()[1]))], parameter, part,
                    items => Filled(map, items));
            case IList list when ElementOf(list, type) is { } element:
                return Container([.. list.Cast<object?>().Select((item, i) => (i.ToString(), item, element))], parameter, part, items => Listed(list, type, element, items));
            default:
                return Plain(value, type);
        }
    }

    private Func<Queue<Tensor>, object?>? Container(
        IReadOnlyList<(string Part, object? Value, Type Type)> items, string parameter, string part, Func<object?[], object> make)
    {
        _hasContainers = true;
        var makers = items.Select(i => MakerOf(i.Value, i.Type, parameter, part.Length == 0 ? i.Part : $"{part}_{i.Part}")).ToList();
        return makers.Contains(null) ? null : queue => make([.. makers.Select(m => m!(queue))]);
    }

    private static Func<Queue<Tensor>, object?>? Plain(object value, Type type)
    {
        if (!type.IsInstanceOfType(value))
        {
            var target = Nullable.GetUnderlyingType(type) ?? type;
            if (!target.IsPrimitive || value is not IConvertible || target == typeof(bool) != value is bool)
                return null;
            value = Convert.ChangeType(value, target);
        }

        if (value is not (string or Enum or IConvertible) && (value is Tensor || CallPolicy.HoldsTensors(value.GetType())))
            throw new ExportException($"{value.GetType().Name} can't be an example: tensors go into a tuple, an array, a List or a Dictionary. Wrap the module in one that takes those.");
        return _ => value;
    }

    private static Type? ElementOf(IList list, Type type)
    {
        var own = list.GetType().IsArray ? list.GetType().GetElementType() : IsOf(list, typeof(List<>)) ? list.GetType().GetGenericArguments()[0] : null;
        if (own is null || !list.OfType<Tensor>().Any())
            return null;
        return type.IsInstanceOfType(list) || type == typeof(List<>).MakeGenericType(own) || type == own.MakeArrayType() ? own : null;
    }

    private static object Listed(IList list, Type type, Type element, object?[] items)
    {
        var array = Array.CreateInstance(element, items.Length);
        items.CopyTo(array, 0);
        var isArray = type.IsInstanceOfType(list) ? list is Array : type.IsArray;
        return isArray ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(element), array)!;
    }

    private static IDictionary Filled(IDictionary like, object?[] items)
    {
        // Keys that differ in case alone may be one.
        var comparer = like.GetType().GetProperty(nameof(Dictionary<,>.Comparer))!.GetValue(like);
        var map = (IDictionary)Activator.CreateInstance(like.GetType(), comparer)!;
        foreach (var (key, item) in like.Keys.Cast<object>().Zip(items))
            map[key] = item;
        return map;
    }

    private static bool IsOf(object value, Type definition) => value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;

    private static string Named(string parameter, string part) => part.Length == 0 ? parameter : char.IsAsciiDigit(part[0]) ? $"{parameter}_{part}" : part;

    private List<string> Distinct(IReadOnlyList<string> names)
    {
        var counts = names.CountBy(n => n).ToDictionary();
        return [.. names.Select((n, i) => counts[n] == 1 ? n : $"{_leaves[i].Parameter}_{_leaves[i].Part}")];
    }
}

using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Lists the tensors in what a module or an operator returns: a tensor, a tuple, a list, a dictionary, nested.</summary>
internal static class OutputStructure
{
    /// <summary>The tensors in order, each with its place: <c>0</c>, <c>1.key</c>; empty for a single tensor.</summary>
    /// <exception cref="ExportException">Something in it is neither a tensor nor a container of tensors.</exception>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Flatten(object? result)
    {
        var found = new List<(string, Tensor)>();
        Collect(result, "", found);
        return found;
    }

    private static void Collect(object? item, string place, List<(string, Tensor)> found)
    {
        switch (item)
        {
            case null:
                break;
            case Tensor tensor:
                found.Add((place, tensor));
                break;
            case ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                    Collect(tuple[i], Join(place, i.ToString()), found);
                break;
            case IDictionary map:
                foreach (DictionaryEntry entry in map)
                    Collect(entry.Value, Join(place, entry.Key.ToString()!), found);
                break;
            case IEnumerable list and not string:
                var index = 0;
                foreach (var element in list)
                    Collect(element, Join(place, (index++).ToString()), found);
                break;
            default:
                throw new ExportException($"The module returns a {item.GetType().Name}; only tensors, tuples, lists and dictionaries of them can be exported.");
        }
    }

    private static string Join(string place, string part) => place.Length == 0 ? part : $"{place}.{part}";
}

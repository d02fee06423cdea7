using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Tells which results have a shape that depends on data. Traces of other data may agree on such a shape by chance.</summary>
internal static class DataShapes
{
    private static readonly HashSet<string> Counting =
        ["Tensor.nonzero", "Tensor.nonzero_as_list", "Tensor.argwhere", "Tensor.masked_select", "Tensor.unique", "Tensor.unique_consecutive", "Tensor.bincount"];

    private static readonly HashSet<string> Indexing = ["Tensor.get_TensorItems", "Tensor.index"];

    // What is written into a copy of a tensor leaves its shape as it is.
    private static readonly HashSet<string> Writing =
        ["Tensor.index_put", "Tensor.index_add", "Tensor.index_copy", "Tensor.index_fill", "Tensor.scatter", "Tensor.scatter_add", "Tensor.scatter_reduce"];

    /// <summary>Whether the results of a call may have other shapes for other data. What is computed from such a value may, too.</summary>
    public static bool Of(string key, IReadOnlyDictionary<string, Argument> arguments)
    {
        if (Writing.Contains(key))
            return ArgumentReader.Values([arguments["self"]]).Any(v => v.ShapedByData);
        var values = ArgumentReader.Values(arguments.Values).Where(v => v.DependsOnInput).ToList();
        return values.Any(v => v.ShapedByData)
            || (values.Count > 0 && (Counting.Contains(key) || (key == "torch.where" && !arguments.ContainsKey("y"))))
            || (Indexing.Contains(key) && ArgumentReader.Values(arguments.Where(a => a.Key != "self").Select(a => a.Value)).Any(IsMask));
    }

    /// <summary>Whether a result of such a call has lengths to vary at all: a sum over everything has none. (What squeeze leaves may have more axes for other data.)</summary>
    public static bool MayVary(string key, Tensor result) => result.shape.Length > 0 || key.StartsWith("Tensor.squeeze", StringComparison.Ordinal);

    /// <summary>What to say when code gets lengths that depend on data.</summary>
    public static string Reading(string operation) =>
        $"{operation} reads the shape of a tensor whose shape depends on what the inputs hold: what the code does with it would be frozen as it was for random inputs. "
        + "Use -1 or tensor operations, or take the length from a tensor that has it for every input";

    private static bool IsMask(TracedValue value) => value is { DependsOnInput: true, Type: ScalarType.Bool or ScalarType.Byte };
}

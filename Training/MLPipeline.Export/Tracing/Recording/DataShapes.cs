using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Tells which results have a shape that depends on data. Traces of other data may agree on such a shape by chance.</summary>
internal static class DataShapes
{
    private static readonly HashSet<string> Counting =
        ["Tensor.nonzero", "Tensor.nonzero_as_list", "Tensor.argwhere", "Tensor.masked_select", "Tensor.unique", "Tensor.unique_consecutive", "Tensor.bincount"];

    private static readonly HashSet<string> Indexing = ["Tensor.get_TensorItems", "Tensor.index"];

    /// <summary>Whether the results of a call may have other shapes for other data. What is computed from such a value may, too.</summary>
    public static bool Of(string key, IReadOnlyDictionary<string, Argument> arguments)
    {
        var values = ArgumentReader.Values(arguments.Values).Where(v => v.DependsOnInput).ToList();
        return values.Any(v => v.ShapedByData)
            || (values.Count > 0 && (Counting.Contains(key) || (key == "torch.where" && !arguments.ContainsKey("y"))))
            || (Indexing.Contains(key) && ArgumentReader.Values(arguments.Where(a => a.Key != "self").Select(a => a.Value)).Any(IsMask));
    }

    private static bool IsMask(TracedValue value) => value is { DependsOnInput: true, Type: ScalarType.Bool or ScalarType.Byte };
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Sums, products and extremes of integers along axes. Of numbers, the order of summands would show in the last bits.</summary>
internal static class Reduction
{
    private static readonly Dictionary<string, Func<long, long, long>> Operators = new()
    {
        ["ReduceSum"] = static (a, b) => unchecked(a + b),
        ["ReduceProd"] = static (a, b) => unchecked(a * b),
        ["ReduceMin"] = Math.Min,
        ["ReduceMax"] = Math.Max,
    };

    /// <summary>Reduces int64 constants; axes are an attribute in older opsets and an input in newer ones.</summary>
    public static TensorData? Reduce(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        if (data.Type != ElementType.Int64 || data.Count == 0) return null;
        var given = inputs.ElementAtOrDefault(1) ?? (node.Ints("axes") is { } attribute ? TensorData.Vector([.. attribute]) : null);
        var axes = given is null || given.Count == 0 ? [.. Enumerable.Range(0, data.Dims.Count)] : Layout.Axes(given, data.Dims.Count);
        if (axes is null) return null;
        if (given?.Count is null or 0 && node.Int("noop_with_empty_axes", 0) != 0) return data;

        long[] kept = [.. data.Dims.Select((d, i) => axes.Contains(i) ? 1 : d)];
        var result = new long?[Expansion.Count(kept)];
        var values = data.AsSpan<long>();
        long[] dims = [.. data.Dims];
        for (var i = 0; i < values.Length; i++)
        {
            var at = Broadcasting.Source(i, dims, kept);
            result[at] = result[at] is { } sofar ? Operators[node.OpType](sofar, values[i]) : values[i];
        }

        long[] shape = node.Int("keepdims", 1) != 0 ? kept : [.. data.Dims.Where((_, i) => !axes.Contains(i))];
        return TensorData.FromInt64s([.. result.Select(r => r!.Value)], shape);
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Slice: every step-th element of some axes, from a start to before an end; either counts from the end when negative.</summary>
internal static class Slicing
{
    public static TensorData? Slice(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        var (starts, ends) = (Layout.Integers(inputs[1]), Layout.Integers(inputs[2]));
        if (starts is null || ends is null || starts.Length != ends.Length) return null;
        var axes = inputs.ElementAtOrDefault(3) is { } given ? Layout.Axes(given, data.Dims.Count) : [.. Enumerable.Range(0, starts.Length)];
        var steps = inputs.ElementAtOrDefault(4) is { } some ? Layout.Integers(some) : [.. starts.Select(_ => 1L)];
        if (axes is null || steps is null || axes.Length != starts.Length || steps.Length != starts.Length || axes.Any(a => a >= data.Dims.Count)) return null;

        var (dims, first, step) = (data.Dims.ToArray(), new long[data.Dims.Count], data.Dims.Select(_ => 1L).ToArray());
        for (var i = 0; i < axes.Length; i++)
        {
            if (steps[i] == 0) return null;
            (first[axes[i]], dims[axes[i]]) = Span(starts[i], ends[i], steps[i], data.Dims[axes[i]]);
            step[axes[i]] = steps[i];
        }

        var strides = Layout.Strides(data.Dims);
        return Layout.Pick(data, dims, index => Layout.Sum(strides, (stride, i) => (first[i] + index[i] * step[i]) * stride));
    }

    private static (long First, long Count) Span(long start, long end, long step, long length)
    {
        if (length == 0) return (0, 0);
        // Backwards, the place before the first element is an end too.
        var (low, high) = step > 0 ? (0L, length) : (-1L, length - 1);
        var from = Math.Clamp(start < 0 ? start + length : start, 0, high);
        var to = Math.Clamp(end < 0 ? end + length : end, low, high);
        var distance = step > 0 ? to - from : from - to;
        return (from, distance <= 0 ? 0 : (distance - 1) / Math.Max(1, Math.Abs(Math.Max(step, -long.MaxValue))) + 1);
    }
}

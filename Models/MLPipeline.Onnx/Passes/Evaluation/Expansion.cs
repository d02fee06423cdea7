using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Operators that make much of little: Expand, Tile, ConstantOfShape, Range. What would fill a file is left to the runtime.</summary>
internal static class Expansion
{
    // A mask or a table of positions of this size is worth its place; a larger one is worth it only where it replaces as much.
    private const long AlwaysSmall = 4096;

    // What joins or picks is a weight more often than not: as large as a matrix of 2048 by 2048, it is still worth its place.
    private const long MostBytes = 16 << 20;

    /// <summary>Whether what joins or picks elements makes more than an array holds, or more than 16 MiB and than the different tensors it is made of.</summary>
    public static bool IsTooLargeToMove(IEnumerable<long> dims, IEnumerable<TensorData?> inputs)
    {
        var given = inputs.OfType<TensorData>().Distinct().ToList();
        var (count, size) = (Count(dims), given[0].Type.SizeInBytes());
        return count > Array.MaxLength / size || (count > MostBytes / size && count > given.Sum(t => t.Count));
    }

    /// <summary>Whether a result is larger than what it is made of, and not small.</summary>
    public static bool IsTooLarge(IEnumerable<long> dims, params ReadOnlySpan<TensorData?> inputs)
    {
        var given = 0L;
        foreach (var input in inputs) given += input?.Count ?? 0;
        return Count(dims) is var count && count > AlwaysSmall && count > given;
    }

    /// <summary>The product; saturates.</summary>
    public static long Count(IEnumerable<long> dims) =>
        dims.Aggregate(1L, (product, d) => product != 0 && d > long.MaxValue / product ? long.MaxValue : product * d);

    public static TensorData? Expand(Node node, IReadOnlyList<TensorData?> inputs)
    {
        if (Layout.Integers(inputs[1]) is not { } wanted || wanted.Any(d => d < 0)) return null;
        return Broadcasting.Dims(inputs[0]!.Dims, wanted) is { } dims && !IsTooLarge(dims, inputs[0]) ? Stretch(inputs[0]!, dims) : null;
    }

    public static TensorData? Tile(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        if (Layout.Integers(inputs[1]) is not { } repeats || repeats.Length != data.Dims.Count || repeats.Any(r => r < 0)) return null;
        long[] dims = [.. data.Dims.Zip(repeats, (d, r) => d * r)];
        if (IsTooLarge(dims, data)) return null;
        var strides = Layout.Strides(data.Dims);
        return Layout.Pick(data, dims, index => Layout.Sum(strides, (stride, i) => index[i] % data.Dims[i] * stride));
    }

    public static TensorData? ConstantOfShape(Node node, IReadOnlyList<TensorData?> inputs)
    {
        if (Layout.Integers(inputs[0]) is not { } dims || dims.Any(d => d < 0) || IsTooLarge(dims)) return null;
        var value = node.Attributes.GetValueOrDefault("value") is AttributeValue.Tensor given ? given.Value : TensorData.Scalar(0f);
        return value.Count == 1 ? Stretch(value.Reshaped(), dims) : null;
    }

    /// <summary>Of integers only: how many steps a range of numbers takes depends on how each is rounded.</summary>
    public static TensorData? Range(Node node, IReadOnlyList<TensorData?> inputs)
    {
        if (inputs.Any(i => i!.Count != 1 || i.Type != inputs[0]!.Type) || inputs.Select(i => Layout.Integers(i)).ToList() is not [{ } start, { } limit, { } delta]) return null;
        if (delta[0] == 0 || Math.Max(Math.Abs((double)start[0]), Math.Abs((double)limit[0])) > int.MaxValue) return null;
        var count = Math.Max(0, (limit[0] - start[0] + delta[0] - Math.Sign(delta[0])) / delta[0]);
        if (IsTooLarge([count])) return null;
        long[] values = [.. Enumerable.Range(0, (int)count).Select(i => start[0] + i * delta[0])];
        return Conversion.Cast(TensorData.Vector(values), inputs[0]!.Type);
    }

    private static TensorData Stretch(TensorData data, long[] dims)
    {
        var strides = Layout.Strides(dims);
        return Layout.Pick(data, dims, index => Broadcasting.Source(Layout.Sum(strides, (stride, i) => index[i] * stride), dims, data.Dims));
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Operators that move elements and never look at them. Each gives null for what ONNX does not allow.</summary>
internal static class Layout
{
    public static TensorData? Reshape(Node node, IReadOnlyList<TensorData?> inputs)
    {
        if (Integers(inputs[1]) is not { } dims) return null;
        var data = inputs[0]!;
        for (var i = 0; i < dims.Length; i++)
        {
            if (dims[i] != 0 || node.Int("allowzero", 0) != 0) continue;
            if (i >= data.Dims.Count) return null;
            dims[i] = data.Dims[i];
        }

        var inferred = Array.IndexOf(dims, -1);
        if (inferred >= 0)
        {
            var others = Product(dims.Where((_, i) => i != inferred));
            if (others <= 0 || data.Count % others != 0) return null;
            dims[inferred] = data.Count / others;
        }

        return dims.All(d => d >= 0) && Product(dims) == data.Count ? data.Reshaped(dims) : null;
    }

    public static TensorData? Flatten(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        var axis = node.Int("axis", 1);
        if (axis < 0) axis += data.Dims.Count;
        if (axis < 0 || axis > data.Dims.Count) return null;
        return data.Reshaped(Product(data.Dims.Take((int)axis)), Product(data.Dims.Skip((int)axis)));
    }

    public static TensorData? Squeeze(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        var all = Enumerable.Range(0, data.Dims.Count);
        var axes = inputs.Count > 1 && inputs[1] is not null ? Axes(inputs[1], data.Dims.Count) : [.. all.Where(i => data.Dims[i] == 1)];
        return axes is null || axes.Any(i => data.Dims[i] != 1) ? null : data.Reshaped([.. all.Where(i => !axes.Contains(i)).Select(i => data.Dims[i])]);
    }

    public static TensorData? Unsqueeze(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        if (Axes(inputs[1], data.Dims.Count + (int)inputs[1]!.Count) is not { } axes) return null;
        var dims = data.Dims.ToList();
        foreach (var axis in axes.Order()) dims.Insert(axis, 1);
        return data.Reshaped([.. dims]);
    }

    public static TensorData? Transpose(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        var rank = data.Dims.Count;
        var order = (node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(i => (long)i)]).Select(axis => (int)axis).ToArray();
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank))) return null;
        var strides = Strides(data.Dims);
        long[] dims = [.. order.Select(axis => data.Dims[axis])];
        return Pick(data, dims, index => Sum(order, (axis, i) => index[i] * strides[axis]));
    }

    public static TensorData? Concat(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var first = inputs[0]!;
        var axis = (int)node.Int("axis", 0);
        if (axis < 0) axis += first.Dims.Count;
        if (axis < 0 || axis >= first.Dims.Count || inputs.Any(x => x!.Type != first.Type || !AlikeExcept(axis, x, first))) return null;
        long[] dims = [.. first.Dims];
        dims[axis] = inputs.Sum(x => x!.Dims[axis]);
        if (Expansion.IsTooLargeToMove(dims, inputs)) return null;
        var outer = Product(dims.Take(axis));
        if (outer == 0) return new TensorData(first.Type, dims, ReadOnlyMemory<byte>.Empty);
        var joined = new List<byte>((int)(Product(dims) * first.Type.SizeInBytes()));
        for (var i = 0; i < outer; i++)
        {
            foreach (var x in inputs)
            {
                var chunk = (int)(x!.Bytes.Length / outer);
                joined.AddRange(x.Bytes.Span.Slice(i * chunk, chunk));
            }
        }

        return new TensorData(first.Type, dims, joined.ToArray());
    }

    public static TensorData? Gather(Node node, IReadOnlyList<TensorData?> inputs)
    {
        var data = inputs[0]!;
        var axis = (int)node.Int("axis", 0);
        if (axis < 0) axis += data.Dims.Count;
        if (axis < 0 || axis >= data.Dims.Count || Integers(inputs[1]) is not { } wanted) return null;
        var length = data.Dims[axis];
        if (wanted.Any(i => i < -length || i >= length)) return null;
        long[] dims = [.. data.Dims.Take(axis), .. inputs[1]!.Dims, .. data.Dims.Skip(axis + 1)];
        if (Expansion.IsTooLargeToMove(dims, [data])) return null;
        var inner = Product(data.Dims.Skip(axis + 1));
        var strides = Strides(dims);
        return Pick(data, dims, index =>
        {
            var at = Sum(strides, (stride, i) => index[i] * stride);
            var (outer, rest) = Math.DivRem(at, wanted.Length * inner);
            var which = wanted[rest / inner];
            return (outer * length + (which < 0 ? which + length : which)) * inner + rest % inner;
        });
    }

    // For each place of the result, the element of the data that goes there.
    internal static TensorData Pick(TensorData data, long[] dims, Func<long[], long> source)
    {
        var size = data.Type.SizeInBytes();
        var bytes = new byte[Product(dims) * size];
        var index = new long[dims.Length];
        for (var at = 0; at < bytes.Length; at += size)
        {
            data.Bytes.Span.Slice((int)(source(index) * size), size).CopyTo(bytes.AsSpan(at));
            for (var axis = dims.Length - 1; axis >= 0 && ++index[axis] == dims[axis]; axis--) index[axis] = 0;
        }

        return new TensorData(data.Type, dims, bytes);
    }

    private static bool AlikeExcept(int axis, TensorData a, TensorData b) =>
        a.Dims.Count == b.Dims.Count && Enumerable.Range(0, a.Dims.Count).All(i => i == axis || a.Dims[i] == b.Dims[i]);

    // Distinct axes counted from the front, or null.
    internal static int[]? Axes(TensorData? tensor, int rank)
    {
        if (Integers(tensor) is not { } values) return null;
        int[] axes = [.. values.Select(v => (int)(v < 0 ? v + rank : v))];
        return axes.All(a => a >= 0 && a < rank) && axes.Distinct().Count() == axes.Length ? axes : null;
    }

    internal static long[]? Integers(TensorData? tensor) => tensor?.Type switch
    {
        ElementType.Int64 => tensor.AsSpan<long>().ToArray(),
        ElementType.Int32 => [.. tensor.AsSpan<int>().ToArray().Select(i => (long)i)],
        _ => null,
    };

    internal static long[] Strides(IReadOnlyList<long> dims)
    {
        var strides = new long[dims.Count];
        for (long i = dims.Count - 1, stride = 1; i >= 0; stride *= dims[(int)i], i--) strides[i] = stride;
        return strides;
    }

    private static long Product(IEnumerable<long> values) => values.Aggregate(1L, (a, b) => checked(a * b));

    internal static long Sum<T>(T[] values, Func<T, int, long> term)
    {
        var sum = 0L;
        for (var i = 0; i < values.Length; i++) sum += term(values[i], i);
        return sum;
    }
}

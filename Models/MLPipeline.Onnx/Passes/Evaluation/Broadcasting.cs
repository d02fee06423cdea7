namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>Tensors stretched over each other as ONNX (and NumPy) broadcasts: axes line up from the last one, and a length of 1 stretches.</summary>
internal static class Broadcasting
{
    /// <summary>The axes that all fit; null when some do not.</summary>
    public static long[]? Dims(params ReadOnlySpan<IReadOnlyList<long>> shapes)
    {
        var rank = 0;
        foreach (var shape in shapes) rank = Math.Max(rank, shape.Count);
        var dims = new long[rank];
        Array.Fill(dims, 1);
        foreach (var shape in shapes)
        {
            for (var axis = rank - shape.Count; axis < rank; axis++)
            {
                var length = shape[axis - rank + shape.Count];
                if (length != dims[axis] && length != 1 && dims[axis] != 1) return null;
                if (length != 1) dims[axis] = length;
            }
        }

        return dims;
    }

    /// <summary>The element of a tensor that goes to a place of the broadcast result.</summary>
    /// <param name="at">The place, row-major.</param>
    /// <param name="dims">The result's axes.</param>
    /// <param name="shape">The tensor's axes.</param>
    public static int Source(long at, long[] dims, IReadOnlyList<long> shape)
    {
        var (source, stride) = (0L, 1L);
        for (var axis = dims.Length - 1; axis >= dims.Length - shape.Count; axis--)
        {
            (at, var index) = Math.DivRem(at, dims[axis]);
            var length = shape[axis - dims.Length + shape.Count];
            if (length != 1) source += index * stride;
            stride *= length;
        }

        return (int)source;
    }
}

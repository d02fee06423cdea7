using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>(x - mean) / sqrt(variance + epsilon) over the last axes, times a weight, plus a bias.</summary>
internal static class LayerNormalization
{
    // ONNX has it since opset 17, with a mean kept in Float32; before, and for doubles, it is written out.
    private const int FirstOpset = 17;

    [Converts("functional.layer_norm")]
    internal static string LayerNorm(ConversionContext c)
    {
        var shape = c.Ints("normalized_shape");
        var (weight, bias) = (c.Has("weight") ? c.Tensor("weight") : null, c.Has("bias") ? c.Tensor("bias") : null);
        return Emit(c.Term("input"), shape, weight, bias, c.Number("eps", 1e-5)).Name;
    }

    /// <summary>Adds the nodes.</summary>
    /// <param name="x">What to normalise.</param>
    /// <param name="shape">The lengths of the axes to normalise over.</param>
    /// <param name="weight">The weight, of that shape; null when there is none.</param>
    /// <param name="bias">The bias; null when there is none.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Term Emit(Term x, long[] shape, string? weight, string? bias, double epsilon)
    {
        var c = x.Context;
        if (c.Opset >= FirstOpset && x.Type == ScalarType.Float32)
        {
            var scale = weight ?? c.Filled(1, x.Type, shape);
            return x with { Name = c.Op("LayerNormalization", [x.Name, scale, bias ?? ""], ("axis", -(long)shape.Length), ("epsilon", (float)epsilon)) };
        }

        var normalized = Standardized(x, [.. shape.Select((_, i) => (long)i - shape.Length)], epsilon);
        if (weight is not null)
            normalized *= x with { Name = weight };
        return bias is null ? normalized : normalized + (x with { Name = bias });
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) over some axes.</summary>
    public static Term Standardized(Term x, long[] axes, double epsilon)
    {
        var centred = x - x.Reduce("ReduceMean", axes, keepDimension: true);
        return centred / ((centred * centred).Reduce("ReduceMean", axes, keepDimension: true) + epsilon).Sqrt();
    }

    /// <summary>A constant of equal elements.</summary>
    public static string Filled(this ConversionContext c, double value, ScalarType type, params long[] shape)
    {
        using var filled = full(shape, value, dtype: type);
        return c.Constant(GraphBuilder.Data(filled));
    }
}

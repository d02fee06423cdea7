using MLPipeline.Onnx.Graphs;
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
        var x = c.Cast(c.Tensor("input"), c.Value("input").Type, c.ResultType);
        return Emit(c, x, c.ResultType, shape.Length, c.Has("weight") ? c.Tensor("weight") : null, c.Has("bias") ? c.Tensor("bias") : null, c.Number("eps", 1e-5), shape);
    }

    /// <summary>Adds the nodes.</summary>
    /// <param name="c">The call.</param>
    /// <param name="x">What to normalise.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="axes">How many of the last axes to normalise over.</param>
    /// <param name="weight">The weight, of the shape of those axes; null when there is none.</param>
    /// <param name="bias">The bias; null when there is none.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="shape">The lengths of those axes, for a weight of ones.</param>
    public static string Emit(ConversionContext c, string x, ScalarType type, int axes, string? weight, string? bias, double epsilon, long[]? shape = null)
    {
        if (c.Opset >= FirstOpset && type == ScalarType.Float32)
        {
            var scale = weight ?? c.Constant(TensorData.FromFloats([.. Enumerable.Repeat(1f, (int)shape!.Aggregate(1L, (a, b) => a * b))], shape!));
            return c.Op("LayerNormalization", [x, scale, bias ?? ""], ("axis", (long)-axes), ("epsilon", (float)epsilon));
        }

        var normalized = Standardized(c, x, type, [.. Enumerable.Range(1, axes).Select(a => -(long)a)], epsilon);
        var scaled = weight is null ? normalized : c.Op("Mul", [normalized, weight]);
        return bias is null ? scaled : c.Op("Add", [scaled, bias]);
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) over some axes.</summary>
    public static string Standardized(ConversionContext c, string x, ScalarType type, long[] axes, double epsilon)
    {
        var centred = c.Op("Sub", [x, c.Mean(x, axes, keep: true)]);
        var variance = c.Mean(c.Op("Mul", [centred, centred]), axes, keep: true);
        return c.Op("Div", [centred, c.Op("Sqrt", [c.Op("Add", [variance, c.Scalar(epsilon, type)])])]);
    }
}

using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Normalisations of channels.</summary>
internal static class Normalizations
{
    [Converts("functional.batch_norm")]
    internal static string BatchNorm(ConversionContext c)
    {
        if (c.Bool("training"))
        {
            throw new ConversionException(
                "it normalises with the statistics of the batch (training, or track_running_stats: false): the answer for one row would depend on the others. "
                + "Use running statistics");
        }

        return WithStatistics(c);
    }

    [Converts("functional.instance_norm")]
    internal static string InstanceNorm(ConversionContext c)
    {
        if (!c.Bool("use_input_stats", fallback: true))
            return WithStatistics(c);
        var x = c.Term("input");
        var channels = c.Length("input", 1);
        if (x.Type == ScalarType.Float32)
            return c.Op("InstanceNormalization", [x.Name, Vector(c, "weight", channels, 1), Vector(c, "bias", channels, 0)], ("epsilon", (float)c.Number("eps", 1e-5)));
        var axes = Enumerable.Range(2, c.Rank("input") - 2).Select(i => (long)i).ToArray();
        return Scaled(c, LayerNormalization.Standardized(x, axes, c.Number("eps", 1e-5)), channels).Name;
    }

    // A group is an instance whose elements lie together.
    [Converts("functional.group_norm")]
    internal static string GroupNorm(ConversionContext c)
    {
        var (x, groups, epsilon) = (c.Term("input"), c.Int("num_groups"), c.Number("eps", 1e-5));
        var together = x with { Name = c.Op("Reshape", [x.Name, c.Vector(0, groups, -1)]) };
        var normalized = x.Type == ScalarType.Float32
            ? together with
            {
                Name = c.Op(
                    "InstanceNormalization", [together.Name, c.Filled(1, x.Type, groups), c.Filled(0, x.Type, groups)], ("epsilon", (float)epsilon)),
            }
            : LayerNormalization.Standardized(together, [2], epsilon);
        return Scaled(c, Shaped(normalized, like: x), c.Length("input", 1)).Name;
    }

    // x / (k + alpha * mean of the squares of neighbouring channels)^beta; channels beyond the ends count as zeros.
    [Converts("functional.local_response_norm")]
    internal static string LocalResponseNorm(ConversionContext c)
    {
        var (x, size) = (c.Term("input"), c.Int("size"));
        var (alpha, beta, k) = (c.Number("alpha", 1e-4), c.Number("beta", 0.75), c.Number("k", 1));
        // ONNX has it for images, with as many neighbours before as after.
        if (c.Rank("input") == 4 && size % 2 == 1 && x.Type == ScalarType.Float32)
            return c.Op("LRN", [x.Name], ("size", size), ("alpha", (float)alpha), ("beta", (float)beta), ("bias", (float)k));
        var rows = c.Op("Reshape", [(x * x).Name, c.Vector(0, 1, c.Length("input", 1), -1)]);
        Kernels.TypeFor("AveragePool", x.Type, c.Opset);
        var mean = c.Op(
            "AveragePool", [rows], ("kernel_shape", (long[])[size, 1]), ("pads", (long[])[size / 2, 0, (size - 1) / 2, 0]), ("count_include_pad", 1L));
        return (x / (Shaped(x with { Name = mean }, like: x) * alpha + k).Pow(x.Number(beta))).Name;
    }

    private static string WithStatistics(ConversionContext c)
    {
        if (!c.Has("running_mean") || !c.Has("running_var"))
            throw new ConversionException("it has no running statistics to normalise with; create it with track_running_stats: true");
        var channels = c.Length("running_mean", 0);
        return c.Op(
            "BatchNormalization",
            [c.Tensor("input"), Vector(c, "weight", channels, 1), Vector(c, "bias", channels, 0), c.Tensor("running_mean"), c.Tensor("running_var")],
            ("epsilon", (float)c.Number("eps", 1e-5)));
    }

    private static Term Scaled(ConversionContext c, Term x, long channels)
    {
        // One for each channel, beside axes of length 1 for the spatial ones.
        long[] column = [channels, .. Enumerable.Repeat(1L, c.Rank("input") - 2)];
        Term Column(string parameter) => x with { Name = c.Op("Reshape", [c.Tensor(parameter), c.Vector(column)]) };
        var scaled = c.Has("weight") ? x * Column("weight") : x;
        return c.Has("bias") ? scaled + Column("bias") : scaled;
    }

    private static Term Shaped(Term x, Term like) => x with { Name = x.Context.Op("Reshape", [x.Name, x.Context.Op("Shape", [like.Name])]) };

    private static string Vector(ConversionContext c, string parameter, long length, double fill) =>
        c.Has(parameter) ? c.Tensor(parameter) : c.Filled(fill, c.ResultType, length);
}

using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Normalisations.</summary>
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

        if (!c.Has("running_mean") || !c.Has("running_var"))
            throw new ConversionException("it has no running statistics to normalise with; create it with track_running_stats: true");
        var channels = c.Length("running_mean", 0);
        return c.Op(
            "BatchNormalization",
            [c.Tensor("input"), Vector(c, "weight", channels, 1), Vector(c, "bias", channels, 0), c.Tensor("running_mean"), c.Tensor("running_var")],
            ("epsilon", (float)c.Number("eps", 1e-5)));
    }

    [Converts("functional.dropout", "functional.dropout1d", "functional.dropout2d", "functional.dropout3d", "functional.alpha_dropout", "functional.feature_alpha_dropout")]
    internal static string Dropout(ConversionContext c) => c.Bool("training", fallback: true)
        ? throw new ConversionException("it drops elements at random even in evaluation mode; pass training: this.training")
        : c.Op("Identity", [c.Tensor("input")]);

    private static string Vector(ConversionContext c, string parameter, long length, double fill) => c.Has(parameter)
        ? c.Tensor(parameter)
        : c.Constant(c.Value("running_mean").Type == ScalarType.Float64
            ? TensorData.FromDoubles([.. Enumerable.Repeat(fill, (int)length)], length)
            : TensorData.FromFloats([.. Enumerable.Repeat((float)fill, (int)length)], length));
}

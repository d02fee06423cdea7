using System.Text.Json;

namespace MLPipeline.Inference;

/// <summary>
/// What stands between a raw image and the network: each value becomes <c>(value * scale - mean[c]) / std[c]</c>. When
/// a model's file carries this, it is already part of the graph and the app feeds values in <paramref name="Range"/>.
/// </summary>
/// <param name="Scale">Factor on every raw value, for example 1/255.</param>
/// <param name="Mean">One per channel, in units of the scaled value.</param>
/// <param name="Std">One per channel, above zero, in units of the scaled value.</param>
/// <param name="Layout">The order of the input's axes: <c>NCHW</c> or <c>NHWC</c>.</param>
/// <param name="Range">What the app feeds: <c>0-255</c> or <c>0-1</c>.</param>
public sealed record Preprocessing(double Scale, IReadOnlyList<double> Mean, IReadOnlyList<double> Std, string Layout, string Range)
{
    internal const string Expectation =
        """a JSON object like {"scale":0.00392,"mean":[0.5],"std":[0.5],"layout":"NCHW","range":"0-255"}""";

    /// <summary>The value of <see cref="ModelMetadata.PreprocessingKey"/>.</summary>
    /// <exception cref="InvalidOperationException">A value is outside its range.</exception>
    public string ToJson() => Fault() is { } fault
        ? throw new InvalidOperationException($"This preprocessing cannot be written: {fault}")
        : JsonSerializer.Serialize(this, MetadataJson.Options);

    internal string? Fault()
    {
        if (!double.IsFinite(Scale) || Scale == 0)
            return $"scale is {Scale}; it must be a number other than 0.";
        if (Mean.Count == 0 || Mean.Count != Std.Count)
            return $"mean has {Mean.Count} values and std {Std.Count}; both must have one per channel.";
        if (!Mean.All(double.IsFinite) || !Std.All(value => double.IsFinite(value) && value > 0))
            return "mean must be finite, and std finite and above 0.";
        if (Layout is not ("NCHW" or "NHWC"))
            return $"layout is '{Layout}'; it must be NCHW or NHWC.";
        return Range is "0-255" or "0-1" ? null : $"range is '{Range}'; it must be 0-255 or 0-1.";
    }
}

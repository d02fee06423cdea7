using static TorchSharp.torch;

namespace MLPipeline.Training.Datasets;

/// <summary>What turns raw pixels into the network's input: <c>(pixel * Scale - Mean[c]) / Std[c]</c>.</summary>
/// <param name="Scale">Factor on every raw value; 1/255 by default.</param>
/// <param name="Mean">One per channel, in units of the scaled value.</param>
/// <param name="Std">One per channel, above 0, in units of the scaled value.</param>
public sealed record PixelScaling(double Scale, IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>0 to 255 becomes 0 to 1, and nothing else.</summary>
    public static PixelScaling ZeroToOne(int channels) =>
        new(1.0 / 255, [.. Enumerable.Repeat(0.0, channels)], [.. Enumerable.Repeat(1.0, channels)]);

    /// <summary>Scales a batch.</summary>
    /// <param name="images">uint8 [batch, channels, height, width].</param>
    /// <returns>float32 of the same shape, on the same device; the caller disposes it.</returns>
    public Tensor Apply(Tensor images)
    {
        using var scope = NewDisposeScope();
        var scaled = images.to(ScalarType.Float32).mul_((float)Scale);
        if (Mean.All(m => m == 0) && Std.All(s => s == 1))
            return scaled.MoveToOuterDisposeScope();
        return scaled.sub_(PerChannel(Mean, images)).div_(PerChannel(Std, images)).MoveToOuterDisposeScope();
    }

    private static Tensor PerChannel(IReadOnlyList<double> values, Tensor like) =>
        tensor([.. values.Select(v => (float)v)], device: like.device).view(1, values.Count, 1, 1);
}

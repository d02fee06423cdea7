using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Fuzz;

/// <summary>What may follow a vector [N,C].</summary>
internal static class VectorSteps
{
    /// <summary>The steps.</summary>
    public static IReadOnlyList<Func<StepContext, Step>> All { get; } =
    [
        Linear, Linear, LinearNorm, BatchNorm, BatchNorm, Activation, InPlace, Residual, Concatenation, Scale, Product, ToImage,
    ];

    private static Step Linear(StepContext c)
    {
        var layer = nn.Linear(c.Current.Channels, c.Pick(4, 8), hasBias: c.Pick(true, false));
        return new("linear", new((int)layer.out_features, 0), v => layer.call(v[^1]), layer);
    }

    private static Step LinearNorm(StepContext c)
    {
        var layer = nn.Linear(c.Current.Channels, 8, hasBias: c.Pick(true, false));
        var norm = BatchNorm1d(8);
        return new("linear, norm", new(8, 0), v => norm.call(layer.call(v[^1])), layer, norm);
    }

    private static Step BatchNorm(StepContext c)
    {
        var layer = BatchNorm1d(c.Current.Channels);
        return new("batch norm", c.Current, v => layer.call(v[^1]), layer);
    }

    private static Step Activation(StepContext c)
    {
        var kind = c.Random.Next(3);
        return new("activation " + kind, c.Current, v => kind switch { 0 => v[^1].relu(), 1 => v[^1].sigmoid(), _ => v[^1].log_softmax(-1) });
    }

    private static Step InPlace(StepContext c)
    {
        var kind = c.Random.Next(3);
        return new("in place " + kind, c.Current, v => kind switch { 0 => v[^1].add_(0.5), 1 => v[^1].mul_(2), _ => v[^1].tanh_() });
    }

    private static Step Residual(StepContext c)
    {
        var other = c.Earlier(s => s == c.Current);
        return new("difference", c.Current, v => v[^1] - v[other] * 0.5);
    }

    private static Step Concatenation(StepContext c)
    {
        var other = c.Earlier(s => s == c.Current || (!s.IsImage && s.Channels <= 64));
        return new("concatenation", new(c.Current.Channels + c.Shapes[other].Channels, 0), v => cat([v[other], v[^1]], -1));
    }

    private static Step Scale(StepContext c)
    {
        var factor = randn(c.Current.Channels, generator: new Generator((ulong)c.Random.Next(), CPU));
        return new("scale", c.Current, v => v[^1] * factor - 1);
    }

    private static Step Product(StepContext c)
    {
        var weight = randn(c.Current.Channels, 8, generator: new Generator((ulong)c.Random.Next(), CPU)) / Math.Sqrt(c.Current.Channels);
        var norm = BatchNorm1d(8);
        return new("product, norm", new(8, 0), v => norm.call(v[^1].matmul(weight)), norm);
    }

    private static Step ToImage(StepContext c)
    {
        var layer = nn.Linear(c.Current.Channels, 16);
        return new("to image", new(4, 2), v => layer.call(v[^1]).view(v[^1].shape[0], 4, 2, 2), layer);
    }
}

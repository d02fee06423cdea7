using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Fuzz;

/// <summary>What may follow an image [N,C,S,S].</summary>
internal static class ImageSteps
{
    /// <summary>The steps.</summary>
    public static IReadOnlyList<Func<StepContext, Step>> All { get; } =
    [
        Convolution, Convolution, Pointwise, Shrinking, Grouped, Transposed, BatchNorm, BatchNorm, BatchNorm, Activation, Activation, InPlace,
        Pool, Residual, Residual, Concatenation, Gate, Swap, ChannelScale, Numbers, Twice, GroupNorm, Turn, ToVector,
    ];

    private static Step Convolution(StepContext c)
    {
        var (channels, side) = c.Current;
        var layer = Conv2d(channels, c.Pick(2, 4, 6), 3, padding: 1, bias: c.Pick(true, false));
        return new("conv", new(Outputs(layer), side), v => layer.call(v[^1]), layer);
    }

    private static Step Pointwise(StepContext c)
    {
        var (channels, side) = c.Current;
        var layer = Conv2d(channels, c.Pick(2, 4, 6), 1, bias: c.Pick(true, false));
        return new("pointwise", new(Outputs(layer), side), v => layer.call(v[^1]), layer);
    }

    private static Step Shrinking(StepContext c)
    {
        var (channels, side) = c.Current;
        if (side < 3)
            return Pointwise(c);
        var stride = c.Pick(1, 2);
        var layer = Conv2d(channels, 4, 3, stride: stride);
        return new("shrinking conv", new(4, (side - 3) / stride + 1), v => layer.call(v[^1]), layer);
    }

    private static Step Grouped(StepContext c)
    {
        var (channels, side) = c.Current;
        var groups = c.Pick(2, channels);
        var layer = Conv2d(channels, channels * c.Pick(1, 2), 3, padding: 1, groups: channels % groups == 0 ? groups : 1);
        return new("grouped conv", new(Outputs(layer), side), v => layer.call(v[^1]), layer);
    }

    private static Step Transposed(StepContext c)
    {
        var (channels, side) = c.Current;
        var layer = ConvTranspose2d(channels, 4, 2, groups: channels % 2 == 0 ? c.Pick(1, 2) : 1);
        return new("transposed conv", new(4, side + 1), v => layer.call(v[^1]), layer);
    }

    private static Step BatchNorm(StepContext c)
    {
        var layer = BatchNorm2d(c.Current.Channels, eps: c.Pick(1e-5, 1e-3), affine: c.Pick(true, true, false));
        return new("batch norm", c.Current, v => layer.call(v[^1]), layer);
    }

    private static Step Activation(StepContext c)
    {
        var kind = c.Random.Next(5);
        return new("activation " + kind, c.Current, v => kind switch
        {
            0 => v[^1].relu(),
            1 => functional.sigmoid(v[^1]),
            2 => v[^1].tanh(),
            3 => functional.relu(v[^1], inplace: true),
            _ => v[^1].softmax(1),
        });
    }

    private static Step InPlace(StepContext c)
    {
        var kind = c.Random.Next(4);
        var other = c.Earlier(s => s == c.Current);
        return new("in place " + kind, c.Current, v => kind switch
        {
            0 => v[^1].add_(0.5),
            1 => v[^1].mul_(-0.5),
            2 => v[^1].relu_(),
            _ => v[^1].add_(v[other]),
        });
    }

    private static Step Pool(StepContext c)
    {
        var (channels, side) = c.Current;
        if (side < 4)
            return Activation(c);
        return c.Pick(true, false)
            ? new("max pool", new(channels, side / 2), v => functional.max_pool2d(v[^1], 2))
            : new("average pool", new(channels, (side - 1) / 2 + 1), v => functional.avg_pool2d(v[^1], 3, 2, padding: 1));
    }

    private static Step Residual(StepContext c)
    {
        var other = c.Earlier(s => s == c.Current);
        var alpha = c.Pick(1, 2);
        return new("sum", c.Current, v => v[^1].add(v[other], alpha: alpha));
    }

    private static Step Concatenation(StepContext c)
    {
        var side = c.Current.Side;
        var other = c.Earlier(s => s.Side == side && s.Channels + c.Current.Channels <= 16 || s == c.Current);
        return new("concatenation", new(c.Current.Channels + c.Shapes[other].Channels, side), v => cat([v[^1], v[other]], 1));
    }

    private static Step Gate(StepContext c) => new("gate", c.Current, v => v[^1] * v[^1].mean([2, 3], keepdim: true).sigmoid());

    private static Step Swap(StepContext c) => new("swap", c.Current, v => v[^1].transpose(2, 3));

    private static Step ChannelScale(StepContext c)
    {
        var factor = randn(1, c.Current.Channels, 1, 1, generator: new Generator((ulong)c.Random.Next(), CPU));
        var shift = c.Pick(true, false);
        return new("channel scale", c.Current, v => shift ? v[^1] * factor + factor : v[^1] / (factor + 5));
    }

    private static Step Numbers(StepContext c)
    {
        var (a, b) = (c.Pick(2.0, -0.5, 0.25), c.Pick(0.0, 1.0, -3.0));
        return new("numbers", c.Current, v => (b - v[^1]) * a + b);
    }

    private static Step Twice(StepContext c)
    {
        var (convolution, norm) = (Conv2d(c.Current.Channels, c.Current.Channels, 1), BatchNorm2d(c.Current.Channels));
        return new("one block twice", c.Current, v => norm.call(convolution.call(norm.call(convolution.call(v[^1])))), convolution, norm);
    }

    private static Step GroupNorm(StepContext c)
    {
        var layer = BatchNorm2d(c.Current.Channels);
        return new("batch norm of a sum", c.Current, v => layer.call(v[^1] + v[^1].relu()), layer);
    }

    private static Step Turn(StepContext c) => new("turn", c.Current, v => v[^1].permute(0, 2, 3, 1).relu().permute(0, 3, 1, 2));

    private static Step ToVector(StepContext c)
    {
        var (channels, side) = c.Current;
        return c.Pick(true, false)
            ? new("flatten", new(channels * side * side, 0), v => v[^1].flatten(1))
            : new("global pool", new(channels, 0), v => functional.adaptive_avg_pool2d(v[^1], 1).view(v[^1].shape[0], -1));
    }

    private static int Outputs(TorchSharp.Modules.Conv2d layer) => (int)layer.out_channels;
}

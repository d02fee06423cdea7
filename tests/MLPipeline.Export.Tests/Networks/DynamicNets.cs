using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>A pre-norm transformer encoder block as people write it: heads by view and transpose, scores divided by a root, positions by slice.</summary>
internal sealed class EncoderBlock : Module<Tensor, Tensor>
{
    private const int Heads = 2, Width = 8;
    private readonly Parameter positions = Parameter(randn(1, 64, Width) * 0.1);
    private readonly Module<Tensor, Tensor> norm1 = LayerNorm(Width);
    private readonly Module<Tensor, Tensor> qkv = Linear(Width, 3 * Width);
    private readonly Module<Tensor, Tensor> project = Linear(Width, Width);
    private readonly Module<Tensor, Tensor> norm2 = LayerNorm(Width);
    private readonly Module<Tensor, Tensor> mlp = Sequential(Linear(Width, 16), GELU(), Linear(16, Width));

    public EncoderBlock()
        : base(nameof(EncoderBlock)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var (batch, time) = (input.shape[0], input.shape[1]);
        var x = input + positions.narrow(1, 0, time);
        var parts = qkv.call(norm1.call(x)).chunk(3, -1);
        var (q, k, v) = (Split(parts[0]), Split(parts[1]), Split(parts[2]));
        var scores = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(Width / Heads);
        var mixed = functional.softmax(scores, -1).matmul(v).transpose(1, 2).contiguous().view(batch, time, Width);
        x = x + project.call(mixed);
        return x + mlp.call(norm2.call(x));

        Tensor Split(Tensor part) => part.view(batch, time, Heads, Width / Heads).transpose(1, 2);
    }
}

/// <summary>Strided convolutions, pools, and a classifier behind a global pool: any image size.</summary>
internal sealed class AnySizeClassifier : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> features = Sequential(
        Conv2d(3, 4, 3, stride: 2, padding: 1), BatchNorm2d(4), ReLU(), MaxPool2d(2), Conv2d(4, 6, 3, padding: 1), BatchNorm2d(6), ReLU(), AdaptiveAvgPool2d(1));

    private readonly Module<Tensor, Tensor> head = Linear(6, 5);

    public AnySizeClassifier()
        : base(nameof(AnySizeClassifier)) => RegisterComponents();

    public override Tensor forward(Tensor input) => head.call(features.call(input).flatten(1));
}

/// <summary>Patches of an image as a sequence, mixed, and put back where they were.</summary>
internal sealed class PatchMixer : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> patches = Conv2d(3, 6, 4, stride: 4);
    private readonly Module<Tensor, Tensor> mix = Linear(6, 6);

    public PatchMixer()
        : base(nameof(PatchMixer)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var grid = patches.call(input);
        var (height, width) = (grid.shape[2], grid.shape[3]);
        var tokens = grid.flatten(2).transpose(1, 2);
        tokens = tokens + mix.call(tokens) / (height * width);
        return tokens.transpose(1, 2).reshape(input.shape[0], -1, height, width);
    }
}

/// <summary>Batch and time folded for a layer that takes matrices, [time, batch, features] as recurrent networks have them.</summary>
internal sealed class TimeDistributed : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> layer = Sequential(Linear(6, 4), BatchNorm1d(4), Tanh());

    public TimeDistributed()
        : base(nameof(TimeDistributed)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var rows = layer.call(input.reshape(input.shape[0] * input.shape[1], input.shape[2]));
        return rows.view(input.shape[0], input.shape[1], -1).mean([0L]);
    }
}

/// <summary>The first output of a recurrent layer.</summary>
internal sealed class Recurrent : Module<Tensor, Tensor>
{
    private readonly LSTM? lstm;
    private readonly GRU? gru;

    public Recurrent(LSTM? lstm = null, GRU? gru = null)
        : base(nameof(Recurrent))
    {
        (this.lstm, this.gru) = (lstm, gru);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => lstm is not null ? lstm.call(input).Item1 : gru!.call(input).Item1;
}

/// <summary>A transformer encoder of one layer, with a causal mask made for the length.</summary>
internal sealed class Encoder : Module<Tensor, Tensor>
{
    private readonly TransformerEncoderLayer layer = TransformerEncoderLayer(4, 2, 8, dropout: 0);

    public Encoder()
        : base(nameof(Encoder)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var mask = full(input.shape[0], input.shape[0], float.NegativeInfinity).triu(1);
        return layer.call(input, mask, null);
    }
}

/// <summary>A U-Net of two levels whose way up takes the sizes of the way down: odd sizes go through too.</summary>
internal sealed class SmallUNet : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> enter = Block(3, 4, stride: 1);
    private readonly Module<Tensor, Tensor> down1 = Block(4, 6, stride: 2);
    private readonly Module<Tensor, Tensor> down2 = Block(6, 8, stride: 2);
    private readonly Module<Tensor, Tensor> up1 = Block(14, 6, stride: 1);
    private readonly Module<Tensor, Tensor> up2 = Block(10, 4, stride: 1);
    private readonly Module<Tensor, Tensor> head = Conv2d(4, 2, 1);

    public SmallUNet()
        : base(nameof(SmallUNet)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        var full = enter.call(input);
        var half = down1.call(full);
        var x = down2.call(half);
        x = up1.call(cat([functional.interpolate(x, size: half.shape[2..], mode: InterpolationMode.Nearest), half], 1));
        x = up2.call(cat([functional.interpolate(x, size: full.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false), full], 1));
        return head.call(x);
    }

    private static Module<Tensor, Tensor> Block(int inputs, int outputs, int stride) =>
        Sequential(Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(outputs), ReLU());
}

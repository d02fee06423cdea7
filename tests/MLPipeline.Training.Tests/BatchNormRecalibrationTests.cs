using MLPipeline.Training.Datasets;
using MLPipeline.Training.Tests.Fixtures;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Training.Tests;

public sealed class BatchNormRecalibrationTests : IDisposable
{
    private const double Epsilon = 1e-5;
    private readonly ImageDataset _train = TinyData.Set("tiny train", 130, 11);
    private readonly PixelScaling _scaling = PixelScaling.ZeroToOne(1);

    [Theory]
    [InlineData(17, 8, 3)]
    [InlineData(130, 8, 3)]
    [InlineData(17, 0, 1)]
    public void Statistics_are_those_of_the_population_layer_by_layer(int batchSize, int maxWholePasses, int passes)
    {
        using var network = Trained();
        var expected = Reference(network);

        var report = BatchNormRecalibration.Run(network, _train, _scaling, batchSize, null, maxWholePasses, null, null, TestContext.Current.CancellationToken);

        Assert.Equal(["bn1", "bn2", "bn3"], report.Layers.Select(layer => layer.Layer));
        Assert.Equal((130, 130, passes, true), (report.Images, report.Available, report.Passes, report.IsExact));
        var state = network.state_dict();
        foreach (var (name, values) in expected)
            Close(values, state[name], 1e-6);
    }

    [Fact]
    public void Populations_of_several_batches_are_pooled()
    {
        using var network = Trained();
        var expected = Reference(network);

        var report = BatchNormRecalibration.Run(network, _train, _scaling, 17, null, 0, 44, null, TestContext.Current.CancellationToken);

        Assert.Equal((130, 1, false), (report.Images, report.Passes, report.IsExact));
        var state = network.state_dict();
        // Nothing comes before the first layer; the others differ by what a batch differs from the set.
        Close(expected["bn1.running_mean"], state["bn1.running_mean"], 1e-6);
        Close(expected["bn1.running_var"], state["bn1.running_var"], 1e-6);
        Close(expected["bn3.running_mean"], state["bn3.running_mean"], 0.02);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public void A_cancelled_run_leaves_the_statistics_as_they_were(int maxWholePasses)
    {
        using var network = Trained();
        var before = TinyNetworks.Weights(network);
        using var source = new CancellationTokenSource();
        var settled = new Callback(share => { if (share > 0.4) source.Cancel(); });

        Assert.Throws<OperationCanceledException>(() =>
            BatchNormRecalibration.Run(network, _train, _scaling, 17, null, maxWholePasses, 44, settled, source.Token));

        Assert.Equal(before, TinyNetworks.Weights(network));
    }

    private sealed class Callback(Action<double> action) : IProgress<double>
    {
        public void Report(double value) => action(value);
    }

    [Fact]
    public void The_report_says_how_far_each_layer_moved()
    {
        using var network = Trained();
        var expected = Reference(network);
        using var shift = (expected["bn2.running_mean"] - network.state_dict()["bn2.running_mean"]).abs() / (expected["bn2.running_var"] + Epsilon).sqrt();

        var moved = BatchNormRecalibration.Run(network, _train, _scaling, cancellationToken: TestContext.Current.CancellationToken).Layers[1];
        var again = BatchNormRecalibration.Run(network, _train, _scaling, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(shift.max().ToDouble(), moved.MeanShift, 1e-5);
        Assert.True(moved is { MeanShift: > 0.01, VarianceRatio: > 1.01, Channels: 6 });
        Assert.All(again.Layers, layer => Assert.True(layer is { MeanShift: < 1e-6, VarianceRatio: < 1 + 1e-6 }));
    }

    [Fact]
    public void Weights_and_modes_stay()
    {
        using var network = Trained();
        network.train();
        ((BatchNorm2d)network.named_modules().Single(m => m.name == "bn1").module).eval();
        var before = TinyNetworks.Weights(network);

        BatchNormRecalibration.Run(network, _train, _scaling, cancellationToken: TestContext.Current.CancellationToken);

        var after = TinyNetworks.Weights(network);
        Assert.All(before.Keys.Where(key => !key.Contains("running", StringComparison.Ordinal)), key => Assert.Equal(before[key], after[key]));
        Assert.All(network.named_modules(), m => Assert.Equal(m.name != "bn1", m.module.training));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public void A_layer_called_twice_pools_both_inputs(int maxWholePasses)
    {
        using var network = new Twice();
        using var images = _scaling.Apply(_train.Images).to(ScalarType.Float64);
        using var both = cat([images, images * 3]);

        BatchNormRecalibration.Run(network, _train, _scaling, 50, null, maxWholePasses, null, null, TestContext.Current.CancellationToken);

        Close(both.mean([0, 2, 3]), network.shared.running_mean!, 1e-6);
        Close(both.var([0, 2, 3], unbiased: false), network.shared.running_var!, 1e-6);
    }

    [Fact]
    public void A_layer_that_no_input_reaches_keeps_its_statistics_and_is_named()
    {
        using var network = new Twice();

        var report = BatchNormRecalibration.Run(network, _train, _scaling, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["unused"], report.NotReached);
        Assert.Equal(0, network.unused.running_mean!.item<float>());
    }

    [Fact]
    public void A_network_without_such_layers_is_left_alone()
    {
        using var network = Sequential(("flatten", Flatten()), ("fc", Linear(64, 4)));

        var report = BatchNormRecalibration.Run(network, _train, _scaling, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Empty(report.Layers);
        Assert.Equal(0, report.Passes);
    }

    private static Sequential Trained()
    {
        var network = TinyNetworks.WithBatchNorm();
        using var data = TinyData.Split();
        new Trainer(network, data, new() { Epochs = 2, BatchSize = 16, Device = "cpu", Recalibrate = false }).Run(cancellationToken: TestContext.Current.CancellationToken);
        return network;
    }

    // The network again in plain tensor code, whole set at once, all in double, every layer normalised by what was just measured.
    private Dictionary<string, Tensor> Reference(Sequential network)
    {
        using var noGrad = no_grad();
        var w = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float64));
        var statistics = new Dictionary<string, Tensor>();
        Tensor Normalize(Tensor x, string layer)
        {
            var shape = x.dim() == 4 ? new long[] { 1, -1, 1, 1 } : [1, -1];
            var dims = x.dim() == 4 ? new long[] { 0, 2, 3 } : [0];
            var mean = x.mean(dims);
            var variance = (x - mean.view(shape)).square().mean(dims);
            statistics[$"{layer}.running_mean"] = mean;
            statistics[$"{layer}.running_var"] = variance;
            return ((x - mean.view(shape)) / (variance.view(shape) + Epsilon).sqrt() * w[$"{layer}.weight"].view(shape) + w[$"{layer}.bias"].view(shape)).relu();
        }

        var input = _train.Images.to(ScalarType.Float64) / 255;
        var one = Normalize(functional.conv2d(input, w["conv1.weight"], w["conv1.bias"]), "bn1");
        var two = Normalize(functional.conv2d(one, w["conv2.weight"], w["conv2.bias"]), "bn2");
        Normalize(functional.linear(two.flatten(1), w["fc1.weight"], w["fc1.bias"]), "bn3");
        return statistics;
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        var difference = (expected - actual).abs().max().ToDouble();
        Assert.True(difference <= tolerance, $"differs by {difference}");
    }

    public void Dispose() => _train.Dispose();

    private sealed class Twice : Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006, CA1051
        public readonly BatchNorm2d shared = BatchNorm2d(1);
        public readonly BatchNorm2d unused = BatchNorm2d(1);
#pragma warning restore IDE1006, CA1051

        public Twice() : base(nameof(Twice)) => RegisterComponents();

        public override Tensor forward(Tensor input) => shared.call(input) + shared.call(input * 3);
    }
}

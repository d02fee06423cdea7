using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Optimizers;
using MLPipeline.Training.Tests.Fixtures;
using TorchSharp;

namespace MLPipeline.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly ImageSplit _data = TinyData.Split();
    private readonly TempFolder _folder = new();

    private TrainerOptions Options => new() { Epochs = 3, BatchSize = 16, Device = "cpu", OutputFolder = _folder.Path };

    [Fact]
    public void Run_learns_what_can_be_learned()
    {
        using var network = TinyNetworks.WithBatchNorm();

        var result = new Trainer(network, _data, Options with { Epochs = 8 }).Run(cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(result.Cancelled);
        Assert.Equal(8, result.History.Count);
        Assert.True(result.History[^1].TrainLoss < result.History[0].TrainLoss / 2);
        Assert.True(result.Final!.Accuracy > 0.9, $"accuracy {result.Final.Accuracy}");
        Assert.Equal((3, 130, 3), (result.Recalibration!.Layers, result.Recalibration.Images, result.Recalibration.Passes));
        Assert.Equal(result.History[^1].TestAccuracy, result.Recalibration.Before.Accuracy);
        Assert.False(network.training);
    }

    [Fact]
    public void Equal_seeds_give_equal_weights_and_another_seed_others()
    {
        var (first, again, other) = (Trained(Options), Trained(Options), Trained(Options with { Seed = 2 }));

        Assert.Equal(first, again);
        Assert.NotEqual(first["fc2.weight"], other["fc2.weight"]);
    }

    [Fact]
    public void No_tensor_outlives_its_step()
    {
        using var network = TinyNetworks.WithBatchNorm();
        var live = new List<long>();
        network.register_forward_pre_hook((module, input) =>
        {
            if (module.training)
                live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            return input;
        });

        new Trainer(network, _data, Options with { Epochs = 4, Optimizer = "adam" }).Run(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(32, live.Count);
        // The first step makes the gradients.
        Assert.Single(live.Skip(1).Distinct());
    }

    public static TheoryData<string> Optimizers => [.. OptimizerChoice.All.Select(choice => choice.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_interrupted_run_goes_on_to_the_same_weights(string optimizer)
    {
        var options = Options with { Optimizer = optimizer, WeightDecay = 1e-4 };
        var whole = Trained(options);

        // Eight steps an epoch: the twelfth is in the middle of the second.
        var cancelled = Cancelled(options, atStep: 12);
        using var fresh = TinyNetworks.WithBatchNorm(seed: 99);
        var result = new Trainer(fresh, _data, options with { ResumeFrom = cancelled.LastCheckpoint }).Run(cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(cancelled.Cancelled);
        Assert.Null(cancelled.Final);
        Assert.Single(cancelled.History);
        Assert.Equal(3, result.History.Count);
        Assert.Equal(whole, TinyNetworks.Weights(fresh));
        Assert.Equal(3, File.ReadAllLines(_folder.File("metrics.jsonl")).Length);
    }

    [Fact]
    public void A_finished_run_resumed_has_nothing_left_to_do()
    {
        var whole = Trained(Options);
        using var fresh = TinyNetworks.WithBatchNorm(seed: 99);

        var result = new Trainer(fresh, _data, Options with { ResumeFrom = _folder.File("last.checkpoint") }).Run(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(3, result.History.Count);
        Assert.NotNull(result.Recalibration);
        Assert.Equal(result.Recalibration.After, result.Final);
        Assert.Equal(whole, TinyNetworks.Weights(fresh));
    }

    [Fact]
    public void A_run_stopped_after_recalibration_still_knows_the_accuracy_before_it()
    {
        using var stop = new CancellationTokenSource();
        using var network = TinyNetworks.WithBatchNorm();
        var tests = 0;
        network.register_forward_pre_hook((module, input) =>
        {
            // Three epochs' tests, one pass for the order of the layers, one for each of the three.
            if (!module.training && ++tests == 7)
                stop.Cancel();
            return input;
        });
        var stopped = new Trainer(network, _data, Options).Run(cancellationToken: stop.Token);
        Assert.True(stopped.Cancelled);
        Assert.Null(stopped.Recalibration);

        using var fresh = TinyNetworks.WithBatchNorm(seed: 99);
        var result = new Trainer(fresh, _data, Options with { ResumeFrom = stopped.LastCheckpoint }).Run(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(result.History[^1].TestLoss, result.Recalibration!.Before.Loss);
        Assert.NotEqual(result.Recalibration.Before.Loss, result.Recalibration.After.Loss);
    }

    public static TheoryData<double, double, double> BadScalings => new()
    {
        { 0, 0, 1 },
        { double.NaN, 0, 1 },
        { 1, double.PositiveInfinity, 1 },
        { 1, 0, 0 },
        { 1, 0, double.NaN },
    };

    [Theory]
    [MemberData(nameof(BadScalings))]
    public void A_scaling_that_makes_no_numbers_is_refused(double scale, double mean, double deviation)
    {
        using var network = TinyNetworks.WithBatchNorm();
        var channels = _data.Train.Channels;
        var scaling = new PixelScaling(scale, [.. Enumerable.Repeat(mean, channels)], [.. Enumerable.Repeat(deviation, channels)]);

        var error = Assert.Throws<ArgumentException>(() => new Trainer(network, _data, Options with { Scaling = scaling }));

        Assert.StartsWith("Scaling is ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_recipe_does_not_go_on()
    {
        Trained(Options);
        using var fresh = TinyNetworks.WithBatchNorm();
        var options = Options with { ResumeFrom = _folder.File("last.checkpoint"), BatchSize = 32 };

        var error = Assert.Throws<CheckpointException>(() => new Trainer(fresh, _data, options).Run(cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("its batch size: 16; this run's: 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_spares_the_checkpoint()
    {
        var cancelled = Cancelled(Options with { LearningRate = 1e30, Schedule = "constant", Optimizer = "sgd" }, atStep: 1);
        var before = File.ReadAllBytes(cancelled.LastCheckpoint!);
        using var network = TinyNetworks.WithBatchNorm();

        var error = Assert.Throws<TrainingDivergedException>(() =>
            new Trainer(network, _data, Options with { LearningRate = 1e30, Schedule = "constant", Optimizer = "sgd" }).Run(cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((1, 1e30), (error.Epoch, error.LearningRate));
        Assert.InRange(error.Step, 2, 8);
        Assert.Contains($"step {error.Step} of epoch 1, at a learning rate of 1E+30", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(cancelled.LastCheckpoint!));
    }

    [Fact]
    public void The_best_checkpoint_holds_the_best_epoch()
    {
        using var network = TinyNetworks.WithBatchNorm();
        var result = new Trainer(network, _data, Options).Run(cancellationToken: TestContext.Current.CancellationToken);

        var best = Checkpoint.Load(result.BestCheckpoint!);

        Assert.Equal(result.BestEpoch, best.History.Count);
        Assert.Equal(result.BestEpoch + 1, best.Position.Epoch);
    }

    [Theory]
    [InlineData("Epochs", "1 or more")]
    [InlineData("BatchSize", "2 or more")]
    [InlineData("LearningRate", "above 0")]
    [InlineData("WeightDecay", "0 or more")]
    [InlineData("schedule", "linear, constant")]
    [InlineData("optimizer", "adam, adamw")]
    [InlineData("device", "cpu, cuda, auto")]
    public void An_option_outside_its_range_is_named(string option, string says)
    {
        var options = option switch
        {
            "Epochs" => Options with { Epochs = 0 },
            "BatchSize" => Options with { BatchSize = 1 },
            "LearningRate" => Options with { LearningRate = double.NaN },
            "WeightDecay" => Options with { WeightDecay = -1 },
            "schedule" => Options with { Schedule = "lineal" },
            "optimizer" => Options with { Optimizer = "adan" },
            _ => Options with { Device = "tpu" },
        };
        using var network = TinyNetworks.WithBatchNorm();

        var error = Assert.Throws<ArgumentException>(() => new Trainer(network, _data, options));

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private Dictionary<string, float[]> Trained(TrainerOptions options)
    {
        using var network = TinyNetworks.WithBatchNorm();
        new Trainer(network, _data, options).Run(cancellationToken: TestContext.Current.CancellationToken);
        return TinyNetworks.Weights(network);
    }

    private TrainingResult Cancelled(TrainerOptions options, int atStep)
    {
        using var network = TinyNetworks.WithBatchNorm();
        using var source = new CancellationTokenSource();
        var steps = 0;
        network.register_forward_pre_hook((module, input) =>
        {
            if (module.training && ++steps == atStep)
                source.Cancel();
            return input;
        });
        return new Trainer(network, _data, options).Run(cancellationToken: source.Token);
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }
}

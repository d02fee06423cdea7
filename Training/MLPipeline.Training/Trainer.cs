using MLPipeline.Native;
using MLPipeline.Training.Checkpoints;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>Fits a network to labelled images by cross-entropy.</summary>
/// <remarks>
/// Equal networks, data, options and thread counts give equal weights on the CPU. <see cref="Run"/> seeds libtorch's global generator, for
/// dropout. The best checkpoint is chosen by test accuracy, which flatters it; the network that <see cref="Run"/> leaves is the last.
/// </remarks>
public sealed class Trainer
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly ImageSplit _data;
    private readonly TrainerOptions _options;
    private readonly PixelScaling _scaling;
    private readonly LearningRateSchedule _schedule;
    private readonly BatchPlan _plan;
    private readonly Device _device;

    /// <summary>A trainer for one network; nothing happens yet.</summary>
    /// <param name="network">float32 [batch, channels, height, width] to logits [batch, classes].</param>
    /// <param name="data">What to fit, and what to test on after each epoch; stays the caller's.</param>
    /// <param name="options">The recipe; <see cref="TrainerOptions.DefaultFor"/> if none is given.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public Trainer(nn.Module<Tensor, Tensor> network, ImageSplit data, TrainerOptions? options = null)
    {
        _network = network;
        _data = data;
        _options = (options ?? TrainerOptions.DefaultFor(data)).Validated(data.Train);
        _scaling = _options.Scaling!;
        _schedule = LearningRateSchedule.Find(_options.Schedule);
        _plan = new BatchPlan(data.Train.Count, _options.BatchSize);
        _device = DeviceChoice.Parse(_options.Device);
    }

    /// <summary>Trains to the end of the recipe, testing after each epoch, and then measures the batch-norm statistics anew.</summary>
    /// <param name="progress">Hears several times a second how it goes, and once per epoch how it went.</param>
    /// <param name="cancellationToken">Stops at the next step; the last checkpoint is written first.</param>
    /// <returns>The network, moved to the device, is left with the final weights, in evaluation mode.</returns>
    /// <exception cref="TrainingDivergedException">The loss is not finite.</exception>
    /// <exception cref="CheckpointException">The checkpoint to go on from is no good, or belongs to another run.</exception>
    /// <exception cref="IOException">The output folder cannot be written.</exception>
    public TrainingResult Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        MallocThresholds.Raise();
        var folder = new CheckpointFolder(_options.OutputFolder);
        _network.to(_device);
        using var run = new TrainingRun(_network, _data, _options);
        using var metrics = new MetricsLog(_options.OutputFolder, run.History);
        using var train = new OnDevice(_data.Train, _device);
        try
        {
            while (run.Position.Epoch <= _options.Epochs)
            {
                var meter = new EpochMeter(run.Position, _options, _plan.Steps, progress);
                TrainEpoch(run, train.Data, meter, cancellationToken);
                var epoch = meter.Complete(Test(run, cancellationToken));
                var isBest = run.Finish(epoch);
                metrics.Write(epoch);
                var checkpoint = run.ToCheckpoint();
                folder.SaveLast(checkpoint);
                if (isBest)
                    folder.SaveBest(checkpoint);
            }

            if (_options.Recalibrate && run.Recalibration is null)
            {
                run.Recalibration = Recalibrate(run.History[^1], cancellationToken);
                folder.SaveLast(run.ToCheckpoint());
            }

            var final = run.Recalibration?.After ?? Evaluation.Run(_network, _data.Test, _scaling, device: _device, cancellationToken: cancellationToken);
            return Result(run, folder, final);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            folder.SaveLast(run.ToCheckpoint());
            return Result(run, folder, null);
        }
        finally
        {
            _network.eval();
        }
    }

    private void TrainEpoch(TrainingRun run, ImageDataset train, EpochMeter meter, CancellationToken cancellationToken)
    {
        using var order = Order(run.Position.Epoch);
        _network.train();
        while (run.Position.Step < _plan.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (images, labels) = train.Gather(order[_plan[run.Position.Step]]);
            var learningRate = SetLearningRate(run);
            var logits = _network.call(_scaling.Apply(images));
            var loss = nn.functional.cross_entropy(logits, labels);
            var value = loss.ToDouble();
            if (!double.IsFinite(value))
                throw new TrainingDivergedException(value, run.Position.Epoch, run.Position.Step + 1, learningRate);
            run.Optimizer.zero_grad();
            loss.backward();
            run.Optimizer.step();
            meter.Add(value, logits.argmax(1).eq(labels).sum().ToInt64(), (int)labels.shape[0], learningRate);
            run.Position = meter.Position;
        }
    }

    // A permutation of its own per epoch, so that a resumed run needs nothing but the seed to go on with the same one.
    private Tensor Order(int epoch)
    {
        using var generator = new Generator(unchecked((ulong)(_options.Seed * 1_000_003L + epoch)));
        using var scope = NewDisposeScope();
        return randperm(_data.Train.Count, ScalarType.Int64, generator: generator).to(_device).MoveToOuterDisposeScope();
    }

    private double SetLearningRate(TrainingRun run)
    {
        var step = (run.Position.Epoch - 1L) * _plan.Steps + run.Position.Step;
        var rate = _options.LearningRate * _schedule.Factor(step, (long)_options.Epochs * _plan.Steps);
        foreach (var group in run.Optimizer.ParamGroups)
            group.LearningRate = rate;
        return rate;
    }

    private Evaluation Test(TrainingRun run, CancellationToken cancellationToken)
    {
        var test = Evaluation.Run(_network, _data.Test, _scaling, device: _device, cancellationToken: cancellationToken);
        return double.IsFinite(test.Loss)
            ? test
            : throw new TrainingDivergedException(test.Loss, run.Position.Epoch, run.Position.Step, run.Position.LearningRate);
    }

    // The last epoch's test is "before": measured with the moving averages, and still known when a run goes on from a stop in here.
    private RecalibrationRecord? Recalibrate(EpochRecord last, CancellationToken cancellationToken)
    {
        var report = BatchNormRecalibration.Run(_network, _data.Train, _scaling, device: _device, cancellationToken: cancellationToken);
        if (report.Layers.Count == 0)
            return null;
        var before = new Evaluation(_data.Test.Count, last.TestAccuracy, last.TestLoss);
        var after = Evaluation.Run(_network, _data.Test, _scaling, device: _device, cancellationToken: cancellationToken);
        return new RecalibrationRecord(report.Layers.Count, report.Images, report.Passes, report.IsExact, before, after);
    }

    private static TrainingResult Result(TrainingRun run, CheckpointFolder folder, Evaluation? final) => new()
    {
        Cancelled = final is null,
        History = run.History,
        Recalibration = run.Recalibration,
        Final = final,
        LastCheckpoint = folder.Last,
        BestCheckpoint = run.History.Count == 0 ? null : folder.Best,
    };
}

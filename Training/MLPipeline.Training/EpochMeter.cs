using System.Diagnostics;
using MLPipeline.Training.Checkpoints;

namespace MLPipeline.Training;

/// <summary>Adds up an epoch's steps, and says now and then how it goes.</summary>
internal sealed class EpochMeter(TrainingPosition position, TrainerOptions options, int stepsPerEpoch, IProgress<TrainingProgress>? progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _secondsBefore = position.Seconds;
    private long _lastReport = Stopwatch.GetTimestamp();

    /// <summary>The sums so far.</summary>
    public TrainingPosition Position { get; private set; } = position;

    /// <summary>Adds a step.</summary>
    public void Add(double loss, long right, int images, double learningRate)
    {
        Position = Position with
        {
            Step = Position.Step + 1,
            LossSum = Position.LossSum + loss * images,
            Right = Position.Right + right,
            Seen = Position.Seen + images,
            Seconds = _secondsBefore + Stopwatch.GetElapsedTime(_start).TotalSeconds,
            LearningRate = learningRate,
        };
        if (Stopwatch.GetElapsedTime(_lastReport) < Interval)
            return;
        _lastReport = Stopwatch.GetTimestamp();
        progress?.Report(Progress(null));
    }

    /// <summary>The epoch's record, once tested; reported as well.</summary>
    public EpochRecord Complete(Evaluation test)
    {
        var record = new EpochRecord(
            Position.Epoch, Position.LossSum / Position.Seen, (double)Position.Right / Position.Seen,
            test.Loss, test.Accuracy, Position.LearningRate, Position.Seconds, ImagesPerSecond);
        progress?.Report(Progress(record));
        return record;
    }

    private double ImagesPerSecond => Position.Seen / Math.Max(Position.Seconds, 1e-9);

    private TrainingProgress Progress(EpochRecord? completed)
    {
        var (done, all) = ((long)(Position.Epoch - 1) * stepsPerEpoch + Position.Step, (long)options.Epochs * stepsPerEpoch);
        return new TrainingProgress(
            Position.Epoch, options.Epochs, done, all, Position.LossSum / Position.Seen, (double)Position.Right / Position.Seen,
            ImagesPerSecond, TimeSpan.FromSeconds(Position.Seconds / Position.Step * (all - done)), Position.LearningRate, completed);
    }
}

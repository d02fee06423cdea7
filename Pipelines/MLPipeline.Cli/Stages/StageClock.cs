using MLPipeline.Cli.Reports;

namespace MLPipeline.Cli.Stages;

/// <summary>Times the stages of a run.</summary>
internal sealed class StageClock(TimeProvider clock)
{
    private readonly List<StageTime> _stages = [];

    /// <summary>The stages so far, in order.</summary>
    public IReadOnlyList<StageTime> Stages => _stages;

    /// <summary>Of all stages together.</summary>
    public double Seconds => _stages.Sum(stage => stage.Seconds);

    /// <summary>Runs a stage.</summary>
    public T Time<T>(string name, Func<T> stage)
    {
        var start = clock.GetTimestamp();
        var result = stage();
        _stages.Add(new StageTime(name, clock.GetElapsedTime(start).TotalSeconds));
        return result;
    }

    /// <summary>Notes a stage that was timed elsewhere.</summary>
    public void Add(string name, double seconds) => _stages.Add(new StageTime(name, seconds));
}

using System.Collections.Concurrent;

namespace MLPipeline.Inference.Scoring;

/// <summary>Lanes waiting for their next batch, so that their memory is reserved once and not per call.</summary>
internal sealed class LanePool(Func<ScoringLane> create) : IDisposable
{
    private readonly ConcurrentBag<ScoringLane> _idle = [];
    private volatile bool _closed;

    public ScoringLane Rent() => _idle.TryTake(out var lane) ? lane : create();

    public void Return(ScoringLane lane)
    {
        _idle.Add(lane);
        if (_closed)
            Drain();
    }

    public void Dispose()
    {
        _closed = true;
        Drain();
    }

    private void Drain()
    {
        while (_idle.TryTake(out var lane))
            lane.Dispose();
    }
}

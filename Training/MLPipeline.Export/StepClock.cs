using System.Diagnostics;

namespace MLPipeline.Export;

/// <summary>Measures consecutive steps.</summary>
internal sealed class StepClock
{
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the last lap, or since the clock was made.</summary>
    public double Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_since, now).TotalSeconds;
        _since = now;
        return seconds;
    }
}

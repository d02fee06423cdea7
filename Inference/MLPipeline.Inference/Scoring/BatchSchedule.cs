using System.Runtime.ExceptionServices;

namespace MLPipeline.Inference.Scoring;

/// <summary>When batches form: rows in batches of one size, a smaller last one, several lanes taking the next batch each.</summary>
/// <param name="batchSize">Rows in a batch.</param>
/// <param name="lanes">Batches under way at once.</param>
internal sealed class BatchSchedule(int batchSize, int lanes)
{
    /// <summary>Runs every batch once. The first failure stops the lanes after the batches under way.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="pool">Where lanes come from.</param>
    /// <param name="score">Scores the rows from <c>first</c> on, <c>count</c> of them, on a lane.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    public void Run(int rows, LanePool pool, Action<ScoringLane, int, int> score, CancellationToken cancellation)
    {
        var batches = (rows + (long)batchSize - 1) / batchSize;
        var next = -1L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = cancellation };
        void Lane(ParallelLoopState state)
        {
            var lane = pool.Rent();
            try
            {
                for (var batch = Interlocked.Increment(ref next); batch < batches && !state.ShouldExitCurrentIteration; batch = Interlocked.Increment(ref next))
                {
                    cancellation.ThrowIfCancellationRequested();
                    var first = checked((int)(batch * batchSize));
                    score(lane, first, Math.Min(batchSize, rows - first));
                }
            }
            finally
            {
                pool.Return(lane);
            }
        }
        try
        {
            Parallel.For(0, Math.Min(lanes, batches), options, (_, state) => Lane(state));
        }
        catch (AggregateException errors)
        {
            // All lanes run the same model: one error says it all, and the caller can catch it by type.
            ExceptionDispatchInfo.Throw(errors.Flatten().InnerExceptions[0]);
        }
    }
}

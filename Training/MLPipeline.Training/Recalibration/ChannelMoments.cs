using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>Mean and population variance per channel over any number of tensors, in double.</summary>
/// <remarks>
/// Each slice's mean and sum of squared deviations is merged into the whole by Chan, Golub and LeVeque (1979): nothing is lost to
/// the difference of two large sums.
/// </remarks>
internal sealed class ChannelMoments : IDisposable
{
    // A slice is copied to double: this bounds the copy, not the result.
    private const long SliceElements = 1 << 23;

    private readonly Tensor _mean;
    private readonly Tensor _squares;
    private double _count;

    /// <summary>Of nothing yet.</summary>
    public ChannelMoments(long channels, Device device)
    {
        _mean = zeros(channels, ScalarType.Float64, device).DetachFromDisposeScope();
        _squares = zeros(channels, ScalarType.Float64, device).DetachFromDisposeScope();
    }

    /// <summary>float64 [channels].</summary>
    public Tensor Mean => _mean;

    /// <summary>float64 [channels]: divided by the count, not by one less. The caller's to dispose.</summary>
    public Tensor Variance() => _squares / _count;

    /// <summary>Adds [batch, channels] or [batch, channels, ...].</summary>
    public void Add(Tensor values)
    {
        var perImage = Math.Max(1, values.numel() / values.shape[0]);
        var step = Math.Max(1, SliceElements / perImage);
        for (var start = 0L; start < values.shape[0]; start += step)
        {
            using var scope = NewDisposeScope();
            var length = Math.Min(step, values.shape[0] - start);
            Merge(values.narrow(0, start, length).to(ScalarType.Float64).reshape(length, values.shape[1], -1));
        }
    }

    /// <summary>Adds what another has seen.</summary>
    public void Add(ChannelMoments other)
    {
        using var scope = NewDisposeScope();
        Merge(other._count, other._mean, other._squares);
    }

    private void Merge(Tensor slice)
    {
        var mean = slice.mean([0, 2]);
        Merge(slice.shape[0] * slice.shape[2], mean, (slice - mean.view(1, -1, 1)).square().sum([0L, 2L]));
    }

    private void Merge(double count, Tensor mean, Tensor squares)
    {
        var delta = mean - _mean;
        var total = _count + count;
        _squares.add_(squares).add_(delta.square(), alpha: _count * count / total);
        _mean.add_(delta, alpha: count / total);
        _count = total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _squares.Dispose();
    }
}

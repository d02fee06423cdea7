namespace MLPipeline.Inference.Evaluation;

/// <summary>How often each class was taken for each.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[] _counts;

    internal ConfusionMatrix(int classes, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        Classes = classes;
        _counts = new int[checked(classes * classes)];
        for (var i = 0; i < actual.Length; i++)
            _counts[(actual[i] * classes) + predicted[i]]++;
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>How many rows of class <paramref name="actual"/> were taken for <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(predicted);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Classes);
            return RowOf(actual)[predicted];
        }
    }

    /// <summary>What the rows of one class were taken for: one count per predicted class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ReadOnlySpan<int> RowOf(int actual)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(actual, Classes);
        return _counts.AsSpan(actual * Classes, Classes);
    }

    /// <summary>How many rows are of this class.</summary>
    public int ActualCount(int index)
    {
        var sum = 0;
        foreach (var count in RowOf(index))
            sum += count;
        return sum;
    }

    /// <summary>How many rows were taken for this class.</summary>
    public int PredictedCount(int index) => Enumerable.Range(0, Classes).Sum(actual => this[actual, index]);
}

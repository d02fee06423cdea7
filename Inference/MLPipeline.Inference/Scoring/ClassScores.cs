using MLPipeline.Inference.Evaluation;

namespace MLPipeline.Inference.Scoring;

/// <summary>What a classifier said about a number of rows.</summary>
public sealed class ClassScores
{
    private readonly float[] _probabilities;
    private readonly float[] _logits;

    internal ClassScores(IReadOnlyList<string> labels, int count, float[] probabilities, float[] logits)
    {
        Labels = labels;
        Count = count;
        _probabilities = probabilities;
        _logits = logits;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The class names, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether the model gave logits too.</summary>
    public bool HasLogits => _logits.Length > 0 || Count == 0;

    /// <summary>All probabilities: [rows, classes], row-major.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>All logits: [rows, classes], row-major; empty when the model has no such output.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    /// <summary>The probabilities of one row, one per class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> ProbabilitiesOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return _probabilities.AsSpan(row * Labels.Count, Labels.Count);
    }

    /// <summary>The likeliest class of one row; of equal ones the first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int PredictedIndex(int row) => Ranking.ArgMax(ProbabilitiesOf(row));

    /// <summary>The likeliest class of every row.</summary>
    public int[] PredictedIndices() => [.. Enumerable.Range(0, Count).Select(PredictedIndex)];

    /// <summary>The likeliest classes of one row, the likeliest first; of equal ones the first of the model's order.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="count">How many classes, from 1; more than there are gives all.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or <paramref name="count"/> is below 1.</exception>
    public IReadOnlyList<ClassPrediction> Top(int row, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var probabilities = ProbabilitiesOf(row).ToArray();
        return [.. Enumerable.Range(0, probabilities.Length)
            .OrderByDescending(index => probabilities[index])
            .Take(count)
            .Select(index => new ClassPrediction(index, Labels[index], probabilities[index]))];
    }

    /// <summary>Compares the probabilities with the true classes.</summary>
    /// <param name="labels">The true class of each row, from 0.</param>
    /// <exception cref="ArgumentException">There are no rows, not as many labels as rows, or a label that is no class.</exception>
    public ClassificationMetrics Evaluate(ReadOnlySpan<long> labels) =>
        ClassificationMetrics.FromProbabilities(_probabilities, labels, Labels.Count);
}

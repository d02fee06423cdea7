namespace MLPipeline.Inference.Evaluation;

/// <summary>
/// How good a classifier's scores are against the true classes. The definitions are those of ML.NET's
/// <c>MulticlassClassificationMetrics</c> and scikit-learn's <c>metrics</c> module.
/// </summary>
/// <remarks>All sums are in double. Of equal scores the lower class index is the predicted one.</remarks>
public sealed class ClassificationMetrics
{
    private readonly int[] _actual;
    private readonly int[] _predicted;
    private readonly int[] _rankCounts;
    private readonly double[] _losses;

    private ClassificationMetrics(int classes, RowJudgement[] rows)
    {
        _actual = [.. rows.Select(row => row.Actual)];
        _predicted = [.. rows.Select(row => row.Predicted)];
        _losses = [.. rows.Select(row => row.Loss)];
        _rankCounts = new int[classes];
        foreach (var row in rows)
            _rankCounts[row.Rank]++;
        Confusion = new ConfusionMatrix(classes, _actual, _predicted);
        PerClass = [.. Enumerable.Range(0, classes).Select(Judge)];
        MacroAccuracy = PerClass.Where(metrics => metrics.Support > 0).Average(metrics => metrics.Recall);
        LogLoss = _losses.Average();
    }

    /// <summary>The number of rows.</summary>
    public int Count => _actual.Length;

    /// <summary>The part of all rows whose predicted class is the true one, 0 to 1. ML.NET calls it micro accuracy.</summary>
    public double Accuracy => TopKAccuracy(1);

    /// <summary>The mean of the recalls of the classes that have rows, 0 to 1: every class counts alike (balanced accuracy).</summary>
    public double MacroAccuracy { get; }

    /// <summary>
    /// The mean of -log p(true class), in nats, 0 or more. From probabilities, p is kept at or above 1e-15, as ML.NET
    /// does; from logits it is log(sum exp z) - z of the true class, exact however small p is.
    /// </summary>
    public double LogLoss { get; }

    /// <summary>How often each class was taken for each.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Precision and recall of each class.</summary>
    public IReadOnlyList<ClassMetrics> PerClass { get; }

    /// <summary>-log of the probability given to each row's true class, in nats.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>Judges probabilities.</summary>
    /// <param name="probabilities">[rows, classes], row-major; each row sums to 1.</param>
    /// <param name="labels">The true class of each row, from 0.</param>
    /// <param name="classes">The number of classes, from 2.</param>
    /// <exception cref="ArgumentException">There are no rows, the sizes do not fit, a label is no class, or a row is no distribution.</exception>
    public static ClassificationMetrics FromProbabilities(ReadOnlySpan<float> probabilities, ReadOnlySpan<long> labels, int classes) =>
        From(probabilities, labels, classes, RowJudgement.OfProbabilities);

    /// <summary>Judges logits, as they are before softmax.</summary>
    /// <param name="logits">[rows, classes], row-major; finite.</param>
    /// <param name="labels">The true class of each row, from 0.</param>
    /// <param name="classes">The number of classes, from 2.</param>
    /// <exception cref="ArgumentException">There are no rows, the sizes do not fit, a label is no class, or a value is not finite.</exception>
    public static ClassificationMetrics FromLogits(ReadOnlySpan<float> logits, ReadOnlySpan<long> labels, int classes) =>
        From(logits, labels, classes, RowJudgement.OfLogits);

    /// <summary>The part of all rows whose true class is among the <paramref name="k"/> likeliest, 0 to 1.</summary>
    /// <param name="k">From 1; at the number of classes and above the answer is 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public double TopKAccuracy(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return (double)_rankCounts.Take(k).Sum() / Count;
    }

    /// <summary>The wrongly classified rows, the highest loss first, then by row.</summary>
    /// <param name="count">How many at most, from 0.</param>
    public IReadOnlyList<Mistake> WorstMistakes(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. Enumerable.Range(0, Count)
            .Where(row => _actual[row] != _predicted[row])
            .OrderByDescending(row => _losses[row])
            .Take(count)
            .Select(row => new Mistake(row, _actual[row], _predicted[row], _losses[row]))];
    }

    private static ClassificationMetrics From(ReadOnlySpan<float> scores, ReadOnlySpan<long> labels, int classes, RowJudge judge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (labels.IsEmpty)
            throw new ArgumentException("There are no rows to evaluate.", nameof(labels));
        if (scores.Length != (long)labels.Length * classes)
            throw new ArgumentException($"{labels.Length} labels and {classes} classes want {(long)labels.Length * classes} scores; got {scores.Length}.", nameof(scores));
        var rows = new RowJudgement[labels.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            if (labels[row] < 0 || labels[row] >= classes)
                throw new ArgumentException($"The label of row {row} is {labels[row]}; classes are 0 to {classes - 1}.", nameof(labels));
            rows[row] = judge(row, scores.Slice(row * classes, classes), (int)labels[row]);
        }
        return new ClassificationMetrics(classes, rows);
    }

    private ClassMetrics Judge(int index)
    {
        double right = Confusion[index, index];
        var support = Confusion.ActualCount(index);
        return new ClassMetrics(index, support, right / Confusion.PredictedCount(index), right / support);
    }
}

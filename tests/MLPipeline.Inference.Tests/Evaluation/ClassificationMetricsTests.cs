using MLPipeline.Inference.Evaluation;

namespace MLPipeline.Inference.Tests.Evaluation;

public sealed class ClassificationMetricsTests
{
    // Rows: right, right, 0 taken for 1, 1 taken for 2 (its true class third).
    private static readonly float[] Probabilities =
    [
        0.5f, 0.25f, 0.25f,
        0.75f, 0.125f, 0.125f,
        0.25f, 0.5f, 0.25f,
        0.375f, 0.125f, 0.5f,
    ];

    private static readonly long[] Labels = [0, 0, 0, 1];

    [Fact]
    public void Numbers_are_those_computed_by_hand()
    {
        var metrics = ClassificationMetrics.FromProbabilities(Probabilities, Labels, 3);

        Assert.Equal(4, metrics.Count);
        Assert.Equal(0.5, metrics.Accuracy);
        // Class 0: 2 of 3; class 1: 0 of 1; class 2 has no rows and does not count.
        Assert.Equal(1.0 / 3, metrics.MacroAccuracy, 15);
        Assert.Equal((Math.Log(2) + Math.Log(4.0 / 3) + Math.Log(4) + Math.Log(8)) / 4, metrics.LogLoss, 14);
        Assert.Equal(0.75, metrics.TopKAccuracy(2));
        Assert.Equal(1, metrics.TopKAccuracy(3));
        Assert.Equal(1, metrics.TopKAccuracy(99));
    }

    [Fact]
    public void Confusion_counts_actual_by_predicted()
    {
        var confusion = ClassificationMetrics.FromProbabilities(Probabilities, Labels, 3).Confusion;

        Assert.Equal([2, 1, 0], confusion.RowOf(0));
        Assert.Equal([0, 0, 1], confusion.RowOf(1));
        Assert.Equal([0, 0, 0], confusion.RowOf(2));
        Assert.Equal(3, confusion.ActualCount(0));
        Assert.Equal(1, confusion.PredictedCount(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => confusion[0, 3]);
    }

    [Fact]
    public void Precision_and_recall_are_per_class_and_undefined_where_nothing_is()
    {
        var classes = ClassificationMetrics.FromProbabilities(Probabilities, Labels, 3).PerClass;

        Assert.Equal((3, 1.0, 2.0 / 3), (classes[0].Support, classes[0].Precision, classes[0].Recall));
        Assert.Equal(0.8, classes[0].F1, 15);
        Assert.Equal((1, 0.0, 0.0, 0.0), (classes[1].Support, classes[1].Precision, classes[1].Recall, classes[1].F1));
        Assert.Equal((0, 0.0, double.NaN), (classes[2].Support, classes[2].Precision, classes[2].Recall));
    }

    [Fact]
    public void Worst_mistakes_come_first_and_right_rows_never()
    {
        var metrics = ClassificationMetrics.FromProbabilities(Probabilities, Labels, 3);

        Assert.Equal([3, 2], metrics.WorstMistakes(10).Select(mistake => mistake.Row));
        Assert.Equal(new Mistake(3, 1, 2, Math.Log(8)), Assert.Single(metrics.WorstMistakes(1)));
    }

    [Fact]
    public void Logits_give_the_loss_of_their_softmax_even_where_probabilities_are_zero()
    {
        // softmax([0, 1000]) is [0, 1] in float; the loss is 1000, not 34.5.
        var metrics = ClassificationMetrics.FromLogits([0f, 1000f, 1f, 0f], [0, 0], 2);

        Assert.Equal(1000, metrics.Losses[0], 10);
        Assert.Equal(Math.Log(1 + Math.Exp(-1)), metrics.Losses[1], 14);
    }

    [Fact]
    public void A_probability_of_zero_counts_as_the_bound() =>
        Assert.Equal(-Math.Log(1e-15f), ClassificationMetrics.FromProbabilities([0f, 1f], [0], 2).LogLoss, 12);

    [Fact]
    public void Of_equal_scores_the_first_class_wins()
    {
        var metrics = ClassificationMetrics.FromProbabilities([0.5f, 0.5f, 0.5f, 0.5f], [0, 1], 2);

        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal(1, metrics.TopKAccuracy(2));
    }

    [Theory]
    [InlineData(new[] { 3f, -2f })]
    [InlineData(new[] { 0.5f, 0.6f })]
    [InlineData(new[] { float.NaN, 1f })]
    public void What_is_no_distribution_is_refused(float[] row)
    {
        var error = Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromProbabilities([0.5f, 0.5f, .. row], [0, 1], 2));

        Assert.Contains("Row 1 is no distribution", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_labels_sizes_and_values_are_refused()
    {
        Assert.Contains("label of row 1 is 2; classes are 0 to 1", Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromLogits([0, 0, 0, 0], [0, 2], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("want 4 scores; got 3", Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromLogits([0, 0, 0], [0, 1], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromLogits([], [], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => ClassificationMetrics.FromLogits([0, float.NaN], [0], 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassificationMetrics.FromLogits([0], [0], 1));
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference.Evaluation;
using MLPipeline.Inference.Scoring;
using MLPipeline.Inference.Tests.Fixtures;

namespace MLPipeline.Transforms.Tests;

/// <summary>Our numbers against those of ML.NET's evaluator.</summary>
public sealed class EvaluationTests : IDisposable
{
    private const double Tolerance = 1e-9;
    private readonly TempFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluator_gives_our_metrics_over_the_whole_pipeline()
    {
        var images = Quadrants.Images(500);
        var data = _context.Data.LoadFromEnumerable(images);
        var path = _folder.Write("quadrants.onnx", QuadrantModel.Bytes());
        var scoring = _context.Transforms.ScoreOnnx(path);
        using var chain = scoring.MapLabelToKey("Label", "Truth").Append(scoring).Fit(data);
        using var classifier = OnnxClassifier.Load(path);

        var theirs = Enumerable.Range(1, 4).Select(k => _context.MulticlassClassification.Evaluate(chain.Transform(data), topKPredictionCount: k)).ToArray();
        var ours = classifier.Score(Quadrants.Flat(images), TestContext.Current.CancellationToken).Evaluate(Quadrants.Truth(images));

        Assert.Equal(theirs[0].MicroAccuracy, ours.Accuracy, Tolerance);
        Assert.Equal(theirs[0].MacroAccuracy, ours.MacroAccuracy, Tolerance);
        // Batches of 32 and single rows may differ in the last bits of a float.
        Assert.Equal(theirs[0].LogLoss, ours.LogLoss, 1e-6);
        for (var k = 1; k <= 4; k++)
            Assert.Equal(theirs[k - 1].TopKAccuracy, ours.TopKAccuracy(k), Tolerance);
        for (var actual = 0; actual < 4; actual++)
        {
            for (var predicted = 0; predicted < 4; predicted++)
                Assert.Equal(theirs[0].ConfusionMatrix.Counts[actual][predicted], ours.Confusion[actual, predicted]);
        }
        Assert.InRange(ours.Accuracy, 0.1, 0.5);
        Assert.Contains("bottom left", theirs[0].ConfusionMatrix.GetFormattedConfusionTable(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 200, 1)]
    [InlineData(10, 1000, 2)]
    [InlineData(7, 40, 3)]
    public void Metrics_of_random_scores_are_ML_NETs(int classes, int count, int seed)
    {
        var (scores, labels) = RandomScores(classes, count, seed);

        var ours = ClassificationMetrics.FromProbabilities([.. scores.SelectMany(row => row)], labels, classes);
        var theirs = Evaluate(scores, labels, classes);

        Assert.Equal(theirs.MicroAccuracy, ours.Accuracy, Tolerance);
        Assert.Equal(theirs.MacroAccuracy, ours.MacroAccuracy, Tolerance);
        Assert.Equal(theirs.LogLoss, ours.LogLoss, Tolerance);
        Assert.Equal(theirs.TopKAccuracy, ours.TopKAccuracy(2), Tolerance);
        for (var index = 0; index < classes; index++)
        {
            Same(theirs.ConfusionMatrix.PerClassPrecision[index], ours.PerClass[index].Precision);
            Same(theirs.ConfusionMatrix.PerClassRecall[index], ours.PerClass[index].Recall);
        }
    }

    [Fact]
    public void A_hopeless_row_counts_as_in_ML_NET()
    {
        var theirs = Evaluate([[0f, 1f, 0f], [0.25f, 0.5f, 0.25f]], [0, 1], 3);

        Assert.Equal(theirs.LogLoss, ClassificationMetrics.FromProbabilities([0f, 1f, 0f, 0.25f, 0.5f, 0.25f], [0, 1], 3).LogLoss, Tolerance);
    }

    // ML.NET says 0 where nothing was predicted or present; we say NaN: undefined is not bad.
    private static void Same(double theirs, double ours) => Assert.Equal(theirs, double.IsNaN(ours) ? 0 : ours, Tolerance);

    private static (float[][] Scores, long[] Labels) RandomScores(int classes, int count, int seed)
    {
        var random = new Random(seed);
        var scores = Enumerable.Range(0, count).Select(_ =>
        {
            var powers = Enumerable.Range(0, classes).Select(_ => Math.Exp(6 * random.NextDouble())).ToArray();
            return powers.Select(power => (float)(power / powers.Sum())).ToArray();
        }).ToArray();
        // The last class never occurs: the macro mean must leave it out.
        return (scores, [.. scores.Select(_ => (long)random.Next(classes - 1))]);
    }

    // A property of key type counts from 0 and the column's keys from 1: ML.NET adds the 1.
    private MulticlassClassificationMetrics Evaluate(float[][] scores, long[] labels, int classes)
    {
        var key = new KeyDataViewType(typeof(uint), classes);
        var definition = SchemaDefinition.Create(typeof(Scored));
        definition["Label"].ColumnType = key;
        definition["PredictedLabel"].ColumnType = key;
        definition["Score"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes);
        var rows = scores.Zip(labels, (row, label) => new Scored
        {
            Label = (uint)label,
            Score = row,
            PredictedLabel = (uint)Array.IndexOf(row, row.Max()),
        });
        return _context.MulticlassClassification.Evaluate(_context.Data.LoadFromEnumerable(rows.ToArray(), definition), topKPredictionCount: 2);
    }

    private sealed class Scored
    {
        public uint Label { get; set; }

        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}

using MLPipeline.Inference.Scoring;
using MLPipeline.Inference.Tests.Fixtures;

namespace MLPipeline.Inference.Tests.Scoring;

public sealed class OnnxClassifierTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 32, 2)]
    [InlineData(31, 32, 2)]
    [InlineData(32, 32, 1)]
    [InlineData(33, 32, 1)]
    [InlineData(101, 8, 3)]
    [InlineData(5, 1, 16)]
    public void Every_row_gets_its_own_answer_whatever_the_batches(int count, int batchSize, int lanes)
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes(), OnnxModelOptions.OneThreadPerRun);
        using var classifier = new OnnxClassifier(model, new OnnxClassifierOptions { BatchSize = batchSize, Lanes = lanes });
        var images = QuadrantModel.Images(count);

        var scores = classifier.Score(images, Cancellation);

        Assert.Equal(count, scores.Count);
        for (var row = 0; row < count; row++)
        {
            var expected = QuadrantModel.Expected(images, row);
            for (var index = 0; index < 4; index++)
                Assert.Equal(expected[index], scores.ProbabilitiesOf(row)[index], 1e-5);
            Assert.Equal(Array.IndexOf(expected, expected.Max()), scores.PredictedIndex(row));
        }
    }

    [Fact]
    public void Gives_what_the_model_gives_in_one_run()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes(), OnnxModelOptions.OneThreadPerRun);
        using var classifier = new OnnxClassifier(model, new OnnxClassifierOptions { BatchSize = 16 });
        var images = QuadrantModel.Images(50);

        var scores = classifier.Score(images, Cancellation);
        var whole = model.Run(new Dictionary<string, TensorValue> { ["input"] = TensorValue.Create(images, 50, 1, 28, 28) });

        Assert.Equal(whole["logits"].ToArray<float>(), scores.Logits.ToArray(), Close);
        Assert.Equal(whole["probabilities"].ToArray<float>(), scores.Probabilities.ToArray(), Close);
    }

    [Fact]
    public void Bytes_are_fed_as_their_numbers()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model);
        var bytes = QuadrantModel.Images(40).Select(value => (byte)value).ToArray();

        var scores = classifier.Score(bytes, Cancellation);

        Assert.Equal(classifier.Score(bytes.Select(value => (float)value).ToArray(), Cancellation).Logits, scores.Logits);
    }

    [Fact]
    public void Without_a_probabilities_output_the_logits_go_through_softmax()
    {
        using var with = OnnxModel.Load(QuadrantModel.Bytes());
        using var without = OnnxModel.Load(QuadrantModel.Bytes(probabilities: false));
        using var expected = new OnnxClassifier(with);
        using var classifier = new OnnxClassifier(without);
        var images = QuadrantModel.Images(9);

        Assert.False(classifier.HasProbabilitiesOutput);
        Assert.Equal(expected.Score(images, Cancellation).Probabilities.ToArray(), classifier.Score(images, Cancellation).Probabilities.ToArray(), Close);
    }

    [Fact]
    public void Without_a_logits_output_there_are_no_logits()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes(logits: false));
        using var classifier = new OnnxClassifier(model);

        var scores = classifier.Score(QuadrantModel.Images(3), Cancellation);

        Assert.False(scores.HasLogits);
        Assert.Equal(12, scores.Probabilities.Length);
    }

    [Fact]
    public void A_model_with_a_fixed_batch_still_scores_any_number_of_rows()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes(batch: 4));
        using var classifier = new OnnxClassifier(model);
        var images = QuadrantModel.Images(7);

        var scores = classifier.Score(images, Cancellation);

        Assert.Equal(4, classifier.BatchSize);
        Assert.Equal(7, scores.Count);
        Assert.Equal(QuadrantModel.Expected(images, 6)[2], scores.ProbabilitiesOf(6)[2], 1e-5);
    }

    [Fact]
    public void Top_is_ordered_and_named()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model);
        var images = QuadrantModel.Images(1);
        var expected = QuadrantModel.Expected(images, 0);

        var top = classifier.Score(images, Cancellation).Top(0, 2);

        Assert.Equal(2, top.Count);
        var order = expected.Select((value, index) => (value, index)).OrderByDescending(pair => pair.value).Take(2).ToArray();
        Assert.Equal(order.Select(pair => pair.index), top.Select(prediction => prediction.Index));
        Assert.Equal(order.Select(pair => QuadrantModel.Labels[pair.index]), top.Select(prediction => prediction.Label));
        Assert.Equal(order[0].value, top[0].Probability, 1e-5);
    }

    [Fact]
    public async Task Several_threads_share_one_classifier()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes(), OnnxModelOptions.OneThreadPerRun);
        using var classifier = new OnnxClassifier(model, new OnnxClassifierOptions { BatchSize = 4, Lanes = 2 });
        var images = Enumerable.Range(0, 6).Select(seed => QuadrantModel.Images(43, seed: seed)).ToArray();
        var alone = images.Select(set => classifier.Score(set, Cancellation).Probabilities.ToArray()).ToArray();

        var together = await Task.WhenAll(Enumerable.Range(0, 24).Select(
            i => Task.Run(() => classifier.Score(images[i % 6], Cancellation).Probabilities.ToArray(), Cancellation)));

        for (var i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % 6], together[i]);
    }

    [Fact]
    public void A_row_scored_alone_gets_the_same_answer()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model);
        var images = QuadrantModel.Images(3);
        var row = new float[4];

        classifier.ScoreRow(images.AsSpan(QuadrantModel.Pixels, QuadrantModel.Pixels), row);

        Assert.Equal(classifier.Score(images, Cancellation).ProbabilitiesOf(1).ToArray(), row, Close);
    }

    [Fact]
    public void No_rows_give_no_scores()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model);

        Assert.Equal(0, classifier.Score(Array.Empty<float>(), Cancellation).Count);
    }

    [Fact]
    public void Cancelled_scoring_stops()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model);

        Assert.ThrowsAny<OperationCanceledException>(() => classifier.Score(QuadrantModel.Images(3), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_failing_run_reaches_the_caller_as_itself()
    {
        var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model, new OnnxClassifierOptions { Lanes = 3, BatchSize = 1 });
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => classifier.Score(QuadrantModel.Images(9), Cancellation));
    }

    [Fact]
    public void Values_that_make_no_whole_rows_are_refused_with_both_sizes()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());
        using var classifier = new OnnxClassifier(model);

        var error = Assert.Throws<ArgumentException>(() => classifier.Score(new float[785], Cancellation));

        Assert.Contains("wants rows of 784 values (input: Float[batch,1,28,28]); 785 values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_scores_names_what_is_missing_and_what_is_there()
    {
        using var model = OnnxModel.Load(TinyModels.AddOne(), name: "add");

        var error = Assert.Throws<ModelLoadException>(() => new OnnxClassifier(model));

        Assert.Contains("no output 'probabilities' and no output 'logits'; its outputs are: y: Float[batch,2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_do_not_fit_the_output_are_refused()
    {
        var metadata = new Dictionary<string, string> { [ModelMetadata.LabelsKey] = """["a","b"]""" };
        using var model = OnnxModel.Load(TinyModels.Classifier(metadata));

        var error = Assert.Throws<ModelLoadException>(() => new OnnxClassifier(model));

        Assert.Contains("has 3 classes, its metadata 'mlpipeline.labels' 2 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_classes_are_named_by_their_numbers()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes(labels: false));
        using var classifier = new OnnxClassifier(model);

        Assert.Equal(["0", "1", "2", "3"], classifier.Labels);
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        using var model = OnnxModel.Load(QuadrantModel.Bytes());

        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxClassifier(model, new OnnxClassifierOptions { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxClassifier(model, new OnnxClassifierOptions { Lanes = -1 }));
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) <= 1e-6f;
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference.Scoring;
using MLPipeline.Inference.Tests.Fixtures;

namespace MLPipeline.Transforms.Tests;

public sealed class OnnxScoringTransformerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _path;

    public OnnxScoringTransformerTests() => _path = _folder.Write("quadrants.onnx", QuadrantModel.Bytes());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Agrees_with_the_classifier_with_ML_NETs_own_transform_and_with_the_closed_form()
    {
        var images = Quadrants.Images(300);
        var data = _context.Data.LoadFromEnumerable(images);
        using var classifier = OnnxClassifier.Load(_path);
        using var ours = _context.Transforms.ScoreOnnx(_path).Fit(data);
        using var peer = _context.Transforms.ApplyOnnxModel(
            ["probabilities"], ["input"], _path, new Dictionary<string, int[]> { ["input"] = [1, 1, 28, 28] }, gpuDeviceId: null, fallbackToCpu: true).Fit(data);

        var scored = ours.Transform(data);
        var scores = Quadrants.Column<float[]>(scored, "Score");
        var direct = classifier.Score(Quadrants.Flat(images), TestContext.Current.CancellationToken);
        var peers = Quadrants.Column<float[]>(peer.Transform(data), "probabilities");

        for (var row = 0; row < images.Length; row++)
        {
            var expected = QuadrantModel.Expected(images[row].input, 0);
            for (var index = 0; index < 4; index++)
            {
                Assert.Equal(expected[index], scores[row][index], 1e-5);
                Assert.Equal(direct.ProbabilitiesOf(row)[index], scores[row][index], 1e-6f);
                Assert.Equal(peers[row][index], scores[row][index], 1e-6f);
            }
        }
        Assert.Equal(direct.PredictedIndices().Select(index => (uint)index + 1), Quadrants.Column<uint>(scored, "PredictedLabel"));
        Assert.Equal(Enumerable.Range(0, 300), Quadrants.Column<int>(scored, "Row"));
    }

    [Fact]
    public void Predicted_key_becomes_its_label()
    {
        var images = Quadrants.Images(20);
        var data = _context.Data.LoadFromEnumerable(images);
        using var chain = _context.Transforms.ScoreOnnx(_path)
            .Append(_context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")).Fit(data);

        var scored = chain.Transform(data);

        var keys = Quadrants.Column<uint>(scored, "PredictedLabel");
        Assert.Equal(keys.Select(key => QuadrantModel.Labels[(int)key - 1]), Quadrants.Column<string>(scored, "Name"));
        Assert.True(keys.Distinct().Count() > 2);
    }

    [Fact]
    public void Score_carries_what_trainers_write_beside_theirs()
    {
        var data = _context.Data.LoadFromEnumerable(Quadrants.Images(1));
        using var transformer = _context.Transforms.ScoreOnnx(_path).Fit(data);

        var schema = transformer.GetOutputSchema(data.Schema);

        var score = schema["Score"];
        Assert.Equal(
            ["ScoreColumnKind", "ScoreColumnSetId", "ScoreValueKind", "SlotNames", "TrainingLabelValues"],
            score.Annotations.Schema.Select(column => column.Name).Order(StringComparer.Ordinal));
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        Assert.Equal(QuadrantModel.Labels, names.DenseValues().Select(name => name.ToString()));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 4), score.Type);
        Assert.Equal(4u, ((KeyDataViewType)schema["PredictedLabel"].Type).Count);
        Assert.Equal(schema.Select(column => column.Name), transformer.Transform(data).Schema.Select(column => column.Name));
    }

    [Fact]
    public void Prediction_engine_works_and_its_end_leaves_other_transformers_alone()
    {
        var images = Quadrants.Images(5);
        var data = _context.Data.LoadFromEnumerable(images);
        var estimator = _context.Transforms.ScoreOnnx(_path);
        var chain = estimator.Append(_context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")).Fit(data);
        using var other = estimator.Fit(data);

        using (var engine = _context.Model.CreatePredictionEngine<Quadrants.Image, Quadrants.Answer>(chain))
        {
            var answer = engine.Predict(images[3]);
            var expected = QuadrantModel.Expected(images[3].input, 0);
            Assert.Equal(expected[2], answer.Score[2], 1e-5);
            Assert.Equal(QuadrantModel.Labels[Array.IndexOf(expected, expected.Max())], answer.Name);
        }

        Assert.Equal(5, Quadrants.Column<float[]>(other.Transform(data), "Score").Length);
        // ML.NET reads on threads of its own and wraps what they throw.
        var error = Assert.ThrowsAny<Exception>(() => Rows(chain.Transform(data)));
        Assert.IsType<ObjectDisposedException>(error.GetBaseException());
    }

    [Fact]
    public void A_model_with_logits_only_still_gives_probabilities()
    {
        var images = Quadrants.Images(4);
        var data = _context.Data.LoadFromEnumerable(images);
        var path = _folder.Write("logits.onnx", QuadrantModel.Bytes(probabilities: false));
        using var transformer = _context.Transforms.ScoreOnnx(path).Fit(data);

        var scores = Quadrants.Column<float[]>(transformer.Transform(data), "Score");

        for (var row = 0; row < images.Length; row++)
            Assert.Equal(QuadrantModel.Expected(images[row].input, 0)[3], scores[row][3], 1e-5);
    }

    [Fact]
    public void Columns_can_have_other_names_and_the_input_another_shape()
    {
        var images = Quadrants.Images(3);
        var definition = SchemaDefinition.Create(typeof(Quadrants.Image));
        definition["input"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, 28, 28);
        definition["input"].ColumnName = "Pixels";
        var data = _context.Data.LoadFromEnumerable(images, definition);
        var options = new OnnxScoringOptions { InputColumn = "Pixels", ScoreColumn = "P", PredictedLabelColumn = "Class" };
        using var transformer = _context.Transforms.ScoreOnnx(_path, options).Fit(data);

        var scored = transformer.Transform(data);

        Assert.Equal(QuadrantModel.Expected(images[1].input, 0)[0], Quadrants.Column<float[]>(scored, "P")[1][0], 1e-5);
        Assert.Equal(3, Quadrants.Column<uint>(scored, "Class").Length);
    }

    [Fact]
    public void Nothing_runs_while_no_new_column_is_read()
    {
        var data = _context.Data.LoadFromEnumerable(Quadrants.Images(3));
        var transformer = _context.Transforms.ScoreOnnx(_path).Fit(data);
        var scored = transformer.Transform(data);
        transformer.Dispose();

        Assert.Equal([0, 1, 2], Quadrants.Column<int>(scored, "Row"));
    }

    [Fact]
    public void Leaves_no_file_in_the_temporary_folder()
    {
        // ML.NET's own transform leaves a copy of the model there when it is given a stream.
        var temporary = Directory.CreateTempSubdirectory("mlpipeline-test-").FullName;
        var context = new MLContext(seed: 1) { TempFilePath = temporary };
        var data = context.Data.LoadFromEnumerable(Quadrants.Images(3));
        using (var transformer = context.Transforms.ScoreOnnx(_path).Fit(data))
            Rows(transformer.Transform(data));

        Assert.Empty(Directory.GetFileSystemEntries(temporary));
        Directory.Delete(temporary);
        // On Windows too: nobody holds the file any more.
        File.Delete(_path);
    }

    [Fact]
    public void Saving_says_what_to_ship_instead()
    {
        var data = _context.Data.LoadFromEnumerable(Quadrants.Images(1));
        using var transformer = _context.Transforms.ScoreOnnx(_path).Fit(data);

        var error = Assert.ThrowsAny<Exception>(() => _context.Model.Save(transformer, data.Schema, _folder.File("model.zip")));

        Assert.Contains(_path, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("build the pipeline with ScoreOnnx", error.ToString(), StringComparison.Ordinal);
    }

    private static void Rows(IDataView data) => _ = Quadrants.Column<float[]>(data, "Score").Length;
}

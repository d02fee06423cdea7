using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference;
using MLPipeline.Inference.Tests.Fixtures;

namespace MLPipeline.Transforms.Tests;

public sealed class OnnxScoringErrorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("there is no such file", Load("nowhere.onnx").Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_without_scores_lists_its_outputs()
    {
        _folder.Write("add.onnx", TinyModels.AddOne());

        Assert.Contains("no output 'probabilities' and no output 'logits'; its outputs are: y: Float[batch,2]", Load("add.onnx").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_labels_is_refused_with_the_remedy()
    {
        _folder.Write("nameless.onnx", QuadrantModel.Bytes(labels: false));

        Assert.Contains("it has no labels", Load("nameless.onnx").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named_with_those_there_are()
    {
        var error = Fit(new OnnxScoringOptions { InputColumn = "Pixels" });

        Assert.Contains("wants a column 'Pixels' with a vector of 784 Single values (input: Float[batch,1,28,28]); the columns are: Row, input, Truth", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Row", "this one is Int32")]
    [InlineData("Truth", "this one is String")]
    public void A_column_of_another_type_shows_what_it_is(string column, string found) =>
        Assert.Contains(found, Fit(new OnnxScoringOptions { InputColumn = column }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_vector_of_another_size_shows_both()
    {
        var definition = SchemaDefinition.Create(typeof(Quadrants.Image));
        definition["input"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 32, 32);

        var error = Fit(new OnnxScoringOptions(), definition);

        Assert.Contains("vector of 784 Single values", error.Message, StringComparison.Ordinal);
        Assert.Contains("32, 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_new_columns_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => _context.Transforms.ScoreOnnx(Model(), new OnnxScoringOptions { ScoreColumn = "PredictedLabel" }));

    private string Model() => _folder.Write("quadrants.onnx", QuadrantModel.Bytes());

    private ModelLoadException Load(string name) =>
        Assert.Throws<ModelLoadException>(() => _context.Transforms.ScoreOnnx(_folder.File(name)));

    private ArgumentException Fit(OnnxScoringOptions options, SchemaDefinition? definition = null)
    {
        var data = _context.Data.LoadFromEnumerable(Quadrants.Images(1), definition);
        return Assert.Throws<ArgumentException>(() => _context.Transforms.ScoreOnnx(Model(), options).Fit(data));
    }
}

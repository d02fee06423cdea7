using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference;
using MLPipeline.Inference.Scoring;

namespace MLPipeline.Transforms;

/// <summary>Scores rows with an ONNX classifier. Lazy, as all of ML.NET: the model runs when a new column is read.</summary>
public sealed class OnnxScoringTransformer : ITransformer, IDisposable
{
    private readonly OnnxClassifier _classifier;
    private readonly ScoringColumns _columns;
    private readonly ITransformer _rows;

    internal OnnxScoringTransformer(TransformsCatalog catalog, OnnxClassifier classifier, ScoringColumns columns, IDataView input)
    {
        _classifier = classifier;
        _columns = columns;
        _rows = RowScoring.Estimator(catalog, columns, new RowScoring(classifier).Score).Fit(input);
    }

    /// <summary>Where the model really runs.</summary>
    public ExecutionProvider ProviderUsed => _classifier.Model.ProviderUsed;

    /// <summary>True: each row's scores depend on that row only.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema with the two new columns.</summary>
    /// <exception cref="ArgumentException">The input column is missing, or of another type or size than the model wants.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _columns.Check(inputSchema);
        return _rows.GetOutputSchema(inputSchema);
    }

    /// <summary>What a prediction engine uses.</summary>
    /// <exception cref="ArgumentException">The input column is missing, or of another type or size than the model wants.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _columns.Check(inputSchema);
        return _rows.GetRowToRowMapper(inputSchema);
    }

    /// <summary>The data with the two new columns.</summary>
    /// <exception cref="ArgumentException">The input column is missing, or of another type or size than the model wants.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Check(input.Schema);
        return _rows.Transform(input);
    }

    /// <summary>Releases the model, once no row is being scored. Data not read by then can be read no more.</summary>
    public void Dispose() => _classifier.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        $"A pipeline with ScoreOnnx cannot be saved as a .zip. Ship '{_classifier.Model.Source}', which holds all that scoring needs, "
        + "and build the pipeline with ScoreOnnx where it is used.");
}

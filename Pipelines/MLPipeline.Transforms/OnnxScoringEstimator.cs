using Microsoft.ML;
using MLPipeline.Inference;
using MLPipeline.Inference.Scoring;

namespace MLPipeline.Transforms;

/// <summary>Promises the columns of an ONNX classifier; fitting opens the model. It learns nothing from the data.</summary>
public sealed class OnnxScoringEstimator : IEstimator<OnnxScoringTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly string _modelPath;
    private readonly OnnxScoringOptions _options;
    private readonly ScoringColumns _columns;

    internal OnnxScoringEstimator(TransformsCatalog catalog, string modelPath, OnnxScoringOptions options)
    {
        _catalog = catalog;
        _modelPath = modelPath;
        _options = options;
        // Opened for its signature only: each transformer owns a session, so that disposing one leaves the others alone.
        using var classifier = Open();
        _columns = new ScoringColumns(classifier, options);
    }

    /// <summary>The class names: the key values of the predicted label, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels => _columns.Labels;

    /// <summary>
    /// Maps a text column of true labels to a key in the model's order, as evaluation needs it: the keys that
    /// <c>MapValueToKey</c> makes are in the order the data comes, which is another.
    /// </summary>
    /// <param name="outputColumn">The new key column, for example <c>Label</c>.</param>
    /// <param name="inputColumn">The text column; null to read <paramref name="outputColumn"/>.</param>
    public IEstimator<ITransformer> MapLabelToKey(string outputColumn, string? inputColumn = null) =>
        _catalog.Conversion.MapValue(
            outputColumn, Labels.Select(label => KeyValuePair.Create(label, label)), inputColumn ?? outputColumn, treatValuesAsKeyType: true);

    /// <summary>Opens the model for data with this schema.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentException">The input column is missing, or of another type or size than the model wants.</exception>
    /// <exception cref="ModelLoadException">The file cannot be loaded any more.</exception>
    public OnnxScoringTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Check(input.Schema);
        var classifier = Open();
        try
        {
            return new OnnxScoringTransformer(_catalog, classifier, _columns, input);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>The schema with the two new columns.</summary>
    /// <exception cref="ArgumentException">The input column is missing, or no vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _columns.Check(inputSchema);
        return RowScoring.Estimator(_catalog, _columns, static (_, _) => { }).GetOutputSchema(inputSchema);
    }

    private OnnxClassifier Open()
    {
        var classifier = OnnxClassifier.Load(_modelPath, new OnnxClassifierOptions
        {
            Model = new OnnxModelOptions { Provider = _options.Provider, IntraOpThreads = 1 },
            // ML.NET asks for one row at a time, on as many threads as it has cursors.
            BatchSize = 1,
            Lanes = 1,
            LogitsOutput = _options.LogitsOutput,
            ProbabilitiesOutput = _options.ProbabilitiesOutput,
        });
        if (classifier.Model.Labels.Count > 0)
            return classifier;
        classifier.Dispose();
        throw new ModelLoadException(
            _modelPath, $"it has no labels, and a predicted label needs names. Export it with labels (metadata '{ModelMetadata.LabelsKey}').");
    }
}

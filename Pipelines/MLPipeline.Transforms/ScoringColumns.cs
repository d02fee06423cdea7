using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference;
using MLPipeline.Inference.Scoring;

namespace MLPipeline.Transforms;

/// <summary>The columns a classifier reads and writes: their names, types and annotations, and the check of what is fed.</summary>
internal sealed class ScoringColumns(OnnxClassifier classifier, OnnxScoringOptions options)
{
    private readonly string _model = classifier.Model.Source;
    private readonly TensorSignature _input = classifier.Input;
    private readonly int _rowLength = classifier.RowLength;
    private readonly string _inputColumn = options.InputColumn ?? classifier.Input.Name;

    public IReadOnlyList<string> Labels { get; } = classifier.Labels;

    private string Wanted => $"The model '{_model}' wants a column '{_inputColumn}' with a vector of {_rowLength} Single values ({_input})";

    /// <exception cref="ArgumentException">The column is missing, or of another type or size.</exception>
    public void Check(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(_inputColumn) is not { } column)
            throw new ArgumentException($"{Wanted}; the columns are: {string.Join(", ", schema.Select(each => each.Name))}.");
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single || vector.Size != _rowLength)
            throw new ArgumentException($"{Wanted}; this one is {column.Type}.");
    }

    /// <exception cref="ArgumentException">The column is missing, or no vector of Single. The size is known later.</exception>
    public void Check(SchemaShape schema)
    {
        var column = schema.FirstOrDefault(each => each.Name == _inputColumn);
        // SchemaShape.Column is a struct: a missing one has no name.
        if (column.Name is null)
            throw new ArgumentException($"{Wanted}; the columns are: {string.Join(", ", schema.Select(each => each.Name))}.");
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single)
            throw new ArgumentException($"{Wanted}; this one is {column.Kind} of {column.ItemType}.");
    }

    public SchemaDefinition InputDefinition()
    {
        var definition = SchemaDefinition.Create(typeof(RowScoring.Source), SchemaDefinition.Direction.Read);
        var values = definition[nameof(RowScoring.Source.Values)];
        values.ColumnName = _inputColumn;
        values.ColumnType = new VectorDataViewType(NumberDataViewType.Single, _rowLength);
        return definition;
    }

    public SchemaDefinition OutputDefinition()
    {
        var definition = SchemaDefinition.Create(typeof(RowScoring.Target), SchemaDefinition.Direction.Write);
        var score = definition[nameof(RowScoring.Target.Score)];
        var predicted = definition[nameof(RowScoring.Target.PredictedLabel)];
        score.ColumnType = new VectorDataViewType(NumberDataViewType.Single, Labels.Count);
        predicted.ColumnType = new KeyDataViewType(typeof(uint), Labels.Count);
        ScoreAnnotations.Add(score, predicted, Labels);
        score.ColumnName = options.ScoreColumn;
        predicted.ColumnName = options.PredictedLabelColumn;
        return definition;
    }
}

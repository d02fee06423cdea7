using Microsoft.ML.Data;

namespace MLPipeline.Transforms;

/// <summary>
/// What ML.NET's multiclass trainers write beside their score columns. The evaluator names the confusion matrix's
/// classes by the slot names; <c>MapKeyToValue</c> turns a predicted label into text by the key values.
/// </summary>
internal static class ScoreAnnotations
{
    private const string Kind = "MulticlassClassification";

    public static void Add(SchemaDefinition.Column score, SchemaDefinition.Column predicted, IReadOnlyList<string> labels)
    {
        var names = new VBuffer<ReadOnlyMemory<char>>(labels.Count, [.. labels.Select(label => label.AsMemory())]);
        var namesType = new VectorDataViewType(TextDataViewType.Instance, labels.Count);
        score.AddAnnotation("SlotNames", names, namesType);
        score.AddAnnotation("TrainingLabelValues", names, namesType);
        predicted.AddAnnotation("KeyValues", names, namesType);
        AddScoreColumn(score, "Score");
        AddScoreColumn(predicted, "PredictedLabel");
    }

    private static void AddScoreColumn(SchemaDefinition.Column column, string value)
    {
        // One set: the two columns are of one scorer.
        column.AddAnnotation("ScoreColumnSetId", 1u, new KeyDataViewType(typeof(uint), int.MaxValue));
        column.AddAnnotation("ScoreColumnKind", Kind.AsMemory(), TextDataViewType.Instance);
        column.AddAnnotation("ScoreValueKind", value.AsMemory(), TextDataViewType.Instance);
    }
}

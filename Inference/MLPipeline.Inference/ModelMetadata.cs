using System.Text.Json;

namespace MLPipeline.Inference;

/// <summary>
/// The <c>metadata_props</c> keys of a model file. The exporter writes them and scoring reads them, so the file alone
/// carries all that scoring needs.
/// </summary>
public static class ModelMetadata
{
    /// <summary>Class names in the order of the outputs: a JSON array of texts.</summary>
    public const string LabelsKey = "mlpipeline.labels";

    /// <summary>What turns raw pixels into the graph's input: a JSON object, see <see cref="Preprocessing"/>.</summary>
    public const string PreprocessingKey = "mlpipeline.preprocessing";

    /// <summary>The network's name in the catalogue, for example <c>lenet-bn</c>.</summary>
    public const string ModelKey = "mlpipeline.model";

    /// <summary>Facts about the training run: a JSON object.</summary>
    public const string TrainingKey = "mlpipeline.training";

    /// <summary>What wrote the file, with its version.</summary>
    public const string ExporterKey = "mlpipeline.exporter";

    /// <summary>The labels as the value of <see cref="LabelsKey"/>.</summary>
    /// <exception cref="ArgumentException">Two labels are equal, or one is empty.</exception>
    public static string FormatLabels(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return LabelFault(labels) is { } fault
            ? throw new ArgumentException(fault, nameof(labels))
            : JsonSerializer.Serialize(labels);
    }

    /// <summary>The class names of a model.</summary>
    /// <param name="metadata">The file's <c>metadata_props</c>.</param>
    /// <param name="source">The model's name in errors.</param>
    /// <returns>The labels, or none when the file carries none.</returns>
    /// <exception cref="ModelLoadException">The value is not a JSON array of distinct, non-empty texts.</exception>
    public static IReadOnlyList<string> ReadLabels(IReadOnlyDictionary<string, string> metadata, string source)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(LabelsKey, out var json))
            return [];
        var labels = MetadataJson.Parse<string[]>(LabelsKey, json, source, "a JSON array of texts");
        return LabelFault(labels) is { } fault
            ? throw new ModelLoadException(source, $"its metadata '{LabelsKey}' is wrong: {fault}")
            : labels;
    }

    /// <summary>How the model wants its pixels.</summary>
    /// <param name="metadata">The file's <c>metadata_props</c>.</param>
    /// <param name="source">The model's name in errors.</param>
    /// <returns>The preprocessing, or null when the file says nothing: then feed the network's own input.</returns>
    /// <exception cref="ModelLoadException">The value is not what <see cref="Preprocessing"/> describes.</exception>
    public static Preprocessing? ReadPreprocessing(IReadOnlyDictionary<string, string> metadata, string source)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(PreprocessingKey, out var json))
            return null;
        var value = MetadataJson.Parse<Preprocessing>(PreprocessingKey, json, source, Preprocessing.Expectation);
        return value.Fault() is { } fault
            ? throw new ModelLoadException(source, $"its metadata '{PreprocessingKey}' is wrong: {fault}")
            : value;
    }

    /// <summary>The facts about the training run.</summary>
    /// <param name="metadata">The file's <c>metadata_props</c>.</param>
    /// <param name="source">The model's name in errors.</param>
    /// <returns>A JSON object's members, or none when the file carries none.</returns>
    /// <exception cref="ModelLoadException">The value is not a JSON object.</exception>
    public static IReadOnlyDictionary<string, JsonElement> ReadTraining(IReadOnlyDictionary<string, string> metadata, string source)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetValue(TrainingKey, out var json)
            ? MetadataJson.Parse<Dictionary<string, JsonElement>>(TrainingKey, json, source, "a JSON object")
            : new Dictionary<string, JsonElement>();
    }

    private static string? LabelFault(IReadOnlyList<string> labels)
    {
        if (labels.Any(string.IsNullOrEmpty))
            return "a label is empty.";
        var twice = labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? null : $"the label '{twice.Key}' is there {twice.Count()} times.";
    }
}

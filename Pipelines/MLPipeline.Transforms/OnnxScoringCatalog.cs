using Microsoft.ML;
using MLPipeline.Inference;

namespace MLPipeline.Transforms;

/// <summary>ONNX classifiers in ML.NET's catalogue: <c>mlContext.Transforms.ScoreOnnx("model.onnx")</c>.</summary>
public static class OnnxScoringCatalog
{
    /// <summary>
    /// Adds a classifier's probabilities and predicted label as columns that
    /// <c>mlContext.MulticlassClassification.Evaluate</c> understands.
    /// </summary>
    /// <param name="catalog">ML.NET's transforms.</param>
    /// <param name="modelPath">The <c>.onnx</c> file, with labels in its metadata (<see cref="ModelMetadata.LabelsKey"/>).</param>
    /// <param name="options">Columns and outputs; null for the defaults.</param>
    /// <exception cref="ModelLoadException">The file cannot be loaded, is no classifier, or has no labels.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static OnnxScoringEstimator ScoreOnnx(this TransformsCatalog catalog, string modelPath, OnnxScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        return new OnnxScoringEstimator(catalog, modelPath, (options ?? new OnnxScoringOptions()).Validated());
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Cli.Checks;
using MLPipeline.Cli.Reports;
using MLPipeline.Inference;
using MLPipeline.Training.Datasets;
using MLPipeline.Transforms;

namespace MLPipeline.Cli.Stages;

/// <summary>Scores the test images with the exported file in an ML.NET pipeline, and has ML.NET evaluate it.</summary>
internal static class MLNetScoring
{
    private const string Label = "Label", Predicted = "PredictedLabel", Score = "Score";
    private const int Top = 3;

    /// <summary>Scores all images.</summary>
    /// <exception cref="ModelLoadException">The file is no classifier of such images, or carries no labels.</exception>
    public static EngineResult Run(
        string path, ImageDataset data, ExecutionProvider provider, TimeProvider clock, CancellationToken cancellation)
    {
        var context = new MLContext(seed: 1);
        var rows = Rows(context, path, data, cancellation);
        var scorer = context.Transforms.ScoreOnnx(path, new OnnxScoringOptions { InputColumn = nameof(Row.Pixels), Provider = provider });
        var pipeline = scorer.MapLabelToKey(Label, nameof(Row.ClassName)).Append(scorer);
        using var model = pipeline.Fit(rows);
        // Kept, so that the evaluation does not score everything again.
        var scored = context.Data.Cache(model.Transform(rows), Label, Score, Predicted);
        var start = clock.GetTimestamp();
        var labels = scored.GetColumn<uint>(Predicted).Select(key => (int)key - 1).ToArray();
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        var metrics = context.MulticlassClassification.Evaluate(scored, Label, Score, Predicted, Top);
        return new EngineResult(
            new EngineFigures(
                $"ML.NET {Software.MLNet} on {model.LastTransformer.ProviderUsed.ToString().ToUpperInvariant()}",
                metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss, metrics.TopKAccuracy, labels.Length / seconds),
            labels);
    }

    private static IDataView Rows(MLContext context, string path, ImageDataset data, CancellationToken cancellation)
    {
        PixelFeed feed;
        using (var classifier = OnnxScoring.Open(path, ExecutionProvider.Cpu))
            feed = PixelFeed.Of(classifier, _ => { });
        var size = data.Channels * data.Height * data.Width;
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        var pixels = data.Images.data<byte>().ToArray();
        var labels = data.Labels.data<long>().ToArray();
        return context.Data.LoadFromEnumerable(Enumerate(), schema);

        IEnumerable<Row> Enumerate()
        {
            for (var at = 0; at < labels.Length; at++)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return new Row
                {
                    Pixels = feed.Floats(pixels.AsSpan(at * size, size).ToArray()),
                    ClassName = data.ClassNames[(int)labels[at]],
                };
            }
        }
    }

    private sealed class Row
    {
        public float[] Pixels { get; set; } = [];

        public string ClassName { get; set; } = "";
    }
}

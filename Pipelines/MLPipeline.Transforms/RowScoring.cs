using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipeline.Inference.Scoring;

namespace MLPipeline.Transforms;

/// <summary>Scores one row of ML.NET's at a time. Safe to use from several cursors at once.</summary>
internal sealed class RowScoring(OnnxClassifier classifier)
{
    /// <summary>What a row is read from.</summary>
    internal sealed class Source
    {
        public VBuffer<float> Values { get; set; }
    }

    /// <summary>What a row is scored into; ML.NET uses one for all rows of a cursor.</summary>
    internal sealed class Target
    {
        public VBuffer<float> Score { get; set; }

        /// <summary>The class from 0, although the column's keys count from 1: ML.NET adds the 1 to a property of key type.</summary>
        public uint PredictedLabel { get; set; }
    }

    /// <summary>ML.NET's own row mapping over these columns: it brings the cursors and the prediction engine's mapper.</summary>
    public static IEstimator<ITransformer> Estimator(TransformsCatalog catalog, ScoringColumns columns, Action<Source, Target> score) =>
        catalog.CustomMapping(score, contractName: null, columns.InputDefinition(), columns.OutputDefinition());

    public void Score(Source source, Target target)
    {
        var values = source.Values;
        var scores = target.Score;
        var editor = VBufferEditor.Create(ref scores, classifier.Labels.Count);
        classifier.ScoreRow(values.IsDense ? values.GetValues() : Dense(values), editor.Values);
        target.PredictedLabel = (uint)IndexOfLargest(editor.Values);
        target.Score = editor.Commit();
    }

    private static float[] Dense(in VBuffer<float> values)
    {
        var dense = new float[values.Length];
        values.CopyTo(dense);
        return dense;
    }

    // Of equal scores the first class wins, as in ML.NET's evaluator.
    private static int IndexOfLargest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }
        return best;
    }
}

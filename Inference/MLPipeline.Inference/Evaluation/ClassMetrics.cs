namespace MLPipeline.Inference.Evaluation;

/// <summary>How well one class is told from the rest.</summary>
/// <param name="Index">The class, from 0.</param>
/// <param name="Support">Rows of this class.</param>
/// <param name="Precision">Of the rows taken for this class, the part that is of it: TP / (TP + FP); NaN when none was.</param>
/// <param name="Recall">Of the rows of this class, the part taken for it: TP / (TP + FN); NaN when there is none.</param>
public readonly record struct ClassMetrics(int Index, int Support, double Precision, double Recall)
{
    /// <summary>The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); NaN when either is.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}

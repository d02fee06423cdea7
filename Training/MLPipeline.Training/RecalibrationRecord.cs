namespace MLPipeline.Training;

/// <summary>What measuring the batch-norm statistics anew came to.</summary>
/// <param name="Layers">Batch-norm layers measured.</param>
/// <param name="Images">Training images they were measured on.</param>
/// <param name="Passes">Runs over those images.</param>
/// <param name="IsExact">See <see cref="BatchNormReport"/>.</param>
/// <param name="Before">Test result with the moving averages.</param>
/// <param name="After">Test result with the population statistics.</param>
public sealed record RecalibrationRecord(int Layers, int Images, int Passes, bool IsExact, Evaluation Before, Evaluation After);

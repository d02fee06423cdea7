namespace MLPipeline.Inference.Scoring;

/// <summary>One class a model considered.</summary>
/// <param name="Index">The class' position in the model's outputs, from 0.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">0 to 1.</param>
public readonly record struct ClassPrediction(int Index, string Label, float Probability);

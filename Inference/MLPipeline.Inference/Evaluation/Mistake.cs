namespace MLPipeline.Inference.Evaluation;

/// <summary>A row that was taken for another class.</summary>
/// <param name="Row">Which row, from 0.</param>
/// <param name="Actual">The true class.</param>
/// <param name="Predicted">What it was taken for.</param>
/// <param name="Loss">-log of the probability given to the true class, in nats.</param>
public readonly record struct Mistake(int Row, int Actual, int Predicted, double Loss);

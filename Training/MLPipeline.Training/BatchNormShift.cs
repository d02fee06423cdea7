namespace MLPipeline.Training;

/// <summary>How far the moving averages of one batch-norm layer were from the population.</summary>
/// <param name="Layer">The module's path: <c>features.1</c>.</param>
/// <param name="Channels">Its features.</param>
/// <param name="MeanShift">Largest |new mean - old mean| over channels, in units of the new standard deviation.</param>
/// <param name="VarianceRatio">Largest ratio of new to old variance, or old to new, over channels: 1 or more.</param>
public sealed record BatchNormShift(string Layer, int Channels, double MeanShift, double VarianceRatio);

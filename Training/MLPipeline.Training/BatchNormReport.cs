namespace MLPipeline.Training;

/// <summary>What <see cref="BatchNormRecalibration"/> did.</summary>
/// <param name="Layers">In the order in which the network runs them.</param>
/// <param name="NotReached">Layers that keep their statistics, since no input came by: unused in evaluation mode, or run by <c>forward</c> instead of <c>call</c>.</param>
/// <param name="Images">Images that the statistics were measured on.</param>
/// <param name="Available">Images there were.</param>
/// <param name="Passes">Runs over those images.</param>
/// <param name="IsExact">Whether each layer's input was computed with the final statistics of all layers before it, not those of a large batch.</param>
public sealed record BatchNormReport(
    IReadOnlyList<BatchNormShift> Layers, IReadOnlyList<string> NotReached, int Images, int Available, int Passes, bool IsExact);

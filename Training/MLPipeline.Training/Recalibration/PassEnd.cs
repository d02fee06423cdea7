namespace MLPipeline.Training.Recalibration;

/// <summary>Leaves a forward pass at the layer beyond which nothing is of interest.</summary>
#pragma warning disable CA1032, CA1064 // Thrown and caught within this folder, and it says nothing.
internal sealed class PassEnd : Exception;
#pragma warning restore CA1032, CA1064

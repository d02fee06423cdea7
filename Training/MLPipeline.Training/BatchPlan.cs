namespace MLPipeline.Training;

/// <summary>How many steps an epoch takes, and which images each takes.</summary>
/// <remarks>
/// Images are spread evenly over <c>count / batchSize</c> steps, so sizes differ by one at most: every image is seen once per epoch, and no
/// small rest is left whose batch statistics would be noise (a rest of one image has none at all).
/// 60,000 images in batches of 256 are 234 steps of 256 or 257.
/// </remarks>
/// <param name="Count">Images: 1 or more.</param>
/// <param name="BatchSize">Wanted images per step; a step never takes fewer, unless there are fewer.</param>
public readonly record struct BatchPlan(int Count, int BatchSize)
{
    /// <summary>Steps per epoch.</summary>
    public int Steps => Math.Max(1, Count / BatchSize);

    /// <summary>The places in the epoch's order that one step takes.</summary>
    /// <param name="step">From 0 to one less than <see cref="Steps"/>.</param>
    public Range this[int step] => (int)((long)Count * step / Steps)..(int)((long)Count * (step + 1) / Steps);
}

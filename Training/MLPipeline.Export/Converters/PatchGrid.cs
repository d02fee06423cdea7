namespace MLPipeline.Export.Converters;

/// <summary>Where the patches of an image lie, for height and width.</summary>
/// <param name="Kernel">The lengths of a patch.</param>
/// <param name="Strides">From one patch to the next.</param>
/// <param name="Padding">Zeros before and after.</param>
/// <param name="Dilations">From one element of a patch to the next.</param>
/// <param name="Patches">How many there are.</param>
internal sealed record PatchGrid(long[] Kernel, long[] Strides, long[] Padding, long[] Dilations, long[] Patches)
{
    /// <summary>The patches a call asks for, of an image of this height and width.</summary>
    public static PatchGrid Of(ConversionContext c, long[] image)
    {
        var (kernel, strides) = (Folds.PerSide(c, "kernel_size"), Folds.PerSide(c, "stride", 1));
        var (padding, dilations) = (Folds.PerSide(c, "padding", 0), Folds.PerSide(c, "dilation", 1));
        var grid = new PatchGrid(kernel, strides, padding, dilations, []);
        return grid with { Patches = [.. image.Select((length, side) => (length + 2 * padding[side] - grid.Extent(side)) / strides[side] + 1)] };
    }

    /// <summary>The places of all elements along a side of the padded image: kernel element by patch.</summary>
    public long[] Places(int side) => [.. from k in Enumerable.Range(0, (int)Kernel[side])
                                          from p in Enumerable.Range(0, (int)Patches[side])
                                          select p * Strides[side] + k * Dilations[side]];

    /// <summary>What is left of an image after its last patch.</summary>
    public long[] Left(long[] image) => [.. image.Select((length, side) => length + 2 * Padding[side] - Extent(side) - (Patches[side] - 1) * Strides[side])];

    private long Extent(int side) => Dilations[side] * (Kernel[side] - 1) + 1;
}

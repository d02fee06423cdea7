using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Patches of images as columns, columns as images, and channels as pixels.</summary>
internal static class Folds
{
    // Rows and columns of all patches are picked at once: [.., C, kernel row, patch row, kernel column, patch column].
    [Converts("functional.unfold")]
    internal static string Unfold(ConversionContext c)
    {
        var (grid, shape, x) = (PatchGrid.Of(c), c.Shape("input"), c.Tensor("input"));
        if (grid.Padding.Any(p => p != 0))
            x = c.Op("Pad", [x, c.Vector(0, 0, grid.Padding[0], grid.Padding[1], 0, 0, grid.Padding[0], grid.Padding[1])]);
        var rows = c.Op("Gather", [x, grid.Places(c, x, 0, shape[2])], ("axis", 2L));
        var patches = c.Op("Gather", [rows, grid.Places(c, x, 1, shape[3])], ("axis", 4L));
        var columns = c.Op("Transpose", [patches], ("perm", (long[])[0, 1, 2, 4, 3, 5]));
        return c.Op("Reshape", [columns, c.Vector(0, c.Length("input", 1) * grid.Count, -1)]);
    }

    // The inverse adds what overlaps: a transposed convolution whose kernels put each element of a column in its place.
    [Converts("functional.fold")]
    internal static string Fold(ConversionContext c)
    {
        Kernels.TypeFor("ConvTranspose", c.ResultType, c.Opset);
        var (grid, output) = (PatchGrid.Of(c), c.PerAxis("output_size", 2));
        var channels = c.Length("input", -2) / grid.Count;
        using var scope = NewDisposeScope();
        var places = eye(grid.Count, dtype: c.ResultType).view(grid.Count, 1, grid.Kernel[0], grid.Kernel[1]).repeat(channels, 1, 1, 1);
        var patches = c.Op("Reshape", [Batched(c), c.Vector(0, channels * grid.Count, grid.Patches(0, output[0]), grid.Patches(1, output[1]))]);
        var image = c.Op(
            "ConvTranspose", [patches, c.Constant(GraphBuilder.Data(places))],
            ("kernel_shape", grid.Kernel), ("strides", grid.Strides), ("dilations", grid.Dilations), ("group", channels),
            ("pads", (long[])[.. grid.Padding, .. grid.Padding]), ("output_padding", (long[])[grid.Left(0, output[0]), grid.Left(1, output[1])]));
        return Unbatched(c, image);
    }

    [Converts("functional.pixel_shuffle")]
    internal static string PixelShuffle(ConversionContext c)
    {
        var x = Images(c);
        return Leading(c, x.Apply("DepthToSpace", ("blocksize", c.Int("upscale_factor")), ("mode", "CRD")).Name);
    }

    // ONNX has the places within a block before the channels, PyTorch the channels before the places.
    [Converts("functional.pixel_unshuffle")]
    internal static string PixelUnshuffle(ConversionContext c)
    {
        var (factor, channels) = (c.Int("downscale_factor"), c.Length("input", -3));
        var deep = Images(c).Apply("SpaceToDepth", ("blocksize", factor));
        var places = factor * factor;
        return Leading(c, c.Pick(deep.Name, 1, from channel in Numbers(channels) from place in Numbers(places) select place * channels + channel));
    }

    private static IEnumerable<long> Numbers(long count) => Enumerable.Range(0, (int)count).Select(i => (long)i);

    private static string Batched(ConversionContext c) => IsUnbatched(c) ? c.Unsqueeze(c.Tensor("input"), 0) : c.Tensor("input");

    private static string Unbatched(ConversionContext c, string name) => IsUnbatched(c) ? c.Squeeze(name, 0) : name;

    private static bool IsUnbatched(ConversionContext c) => c.Rank("input") == 2;

    // All axes before the last three as one.
    private static Term Images(ConversionContext c)
    {
        var (x, shape) = (c.Term("input"), c.Shape("input"));
        return shape.Count == 4 ? x : x with { Name = c.Reshape(x.Name, [ShapeBlocks.Product(shape.SkipLast(3)), .. shape.TakeLast(3)]) };
    }

    private static string Leading(ConversionContext c, string name) => c.Rank("input") == 4 ? name : c.ReshapeToResult(name);
}

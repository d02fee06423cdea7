using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Patches of images as columns, columns as images, and channels as pixels.</summary>
internal static class Folds
{
    // Rows and columns of all patches are picked at once: [.., C, kernel row, patch row, kernel column, patch column].
    [Converts("functional.unfold")]
    internal static string Unfold(ConversionContext c)
    {
        var grid = PatchGrid.Of(c, [c.Length("input", -2), c.Length("input", -1)]);
        var x = c.Tensor("input");
        if (grid.Padding.Any(p => p != 0))
            x = c.Op("Pad", [x, c.Vector(0, 0, grid.Padding[0], grid.Padding[1], 0, 0, grid.Padding[0], grid.Padding[1])]);
        var rows = c.Op("Gather", [x, c.Table(grid.Places(0), grid.Kernel[0], grid.Patches[0])], ("axis", 2L));
        var patches = c.Op("Gather", [rows, c.Table(grid.Places(1), grid.Kernel[1], grid.Patches[1])], ("axis", 4L));
        var columns = c.Op("Transpose", [patches], ("perm", (long[])[0, 1, 2, 4, 3, 5]));
        return c.Op("Reshape", [columns, c.Vector(0, c.Length("input", 1) * grid.Kernel[0] * grid.Kernel[1], grid.Patches[0] * grid.Patches[1])]);
    }

    // The inverse adds what overlaps: a transposed convolution whose kernels put each element of a column in its place.
    [Converts("functional.fold")]
    internal static string Fold(ConversionContext c)
    {
        Kernels.TypeFor("ConvTranspose", c.ResultType, c.Opset);
        var output = PerSide(c, "output_size");
        var grid = PatchGrid.Of(c, output);
        var (size, channels) = (grid.Kernel[0] * grid.Kernel[1], c.Length("input", -2) / (grid.Kernel[0] * grid.Kernel[1]));
        using var scope = NewDisposeScope();
        var places = eye(size, dtype: c.ResultType).view(size, 1, grid.Kernel[0], grid.Kernel[1]).repeat(channels, 1, 1, 1);
        var patches = c.Op("Reshape", [Batched(c), c.Vector(0, channels * size, grid.Patches[0], grid.Patches[1])]);
        var image = c.Op(
            "ConvTranspose", [patches, c.Constant(GraphBuilder.Data(places))],
            ("kernel_shape", grid.Kernel), ("strides", grid.Strides), ("dilations", grid.Dilations), ("group", channels),
            ("pads", (long[])[.. grid.Padding, .. grid.Padding]), ("output_padding", grid.Left(output)));
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

    /// <summary>One integer for height and one for width; a single one stands for both.</summary>
    public static long[] PerSide(ConversionContext c, string parameter, params long[] fallback) => c.PerAxis(parameter, 2, fallback);

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

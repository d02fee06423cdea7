using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>How the patches of an image lie, for height and width.</summary>
/// <param name="Kernel">The lengths of a patch.</param>
/// <param name="Strides">From one patch to the next.</param>
/// <param name="Padding">Zeros before and after.</param>
/// <param name="Dilations">From one element of a patch to the next.</param>
internal sealed record PatchGrid(long[] Kernel, long[] Strides, long[] Padding, long[] Dilations)
{
    /// <summary>The patches a call asks for.</summary>
    public static PatchGrid Of(ConversionContext c) => new(
        c.PerAxis("kernel_size", 2), c.PerAxis("stride", 2, 1), c.PerAxis("padding", 2, 0), c.PerAxis("dilation", 2, 1));

    /// <summary>The elements of a patch.</summary>
    public long Count => Kernel[0] * Kernel[1];

    /// <summary>How many patches an image of this length has along a side.</summary>
    public long Patches(int side, long length) => (length + 2 * Padding[side] - Extent(side)) / Strides[side] + 1;

    /// <summary>What is left of an image after its last patch.</summary>
    public long Left(int side, long length) => length + 2 * Padding[side] - Extent(side) - (Patches(side, length) - 1) * Strides[side];

    /// <summary>The places of all elements along a side of a padded image, [element of the patch, patch], as a value of the graph.</summary>
    /// <param name="c">The call.</param>
    /// <param name="image">The padded image.</param>
    /// <param name="side">0 for height, 1 for width.</param>
    /// <param name="length">The length of that side before padding.</param>
    public string Places(ConversionContext c, string image, int side, SymbolicNumber length)
    {
        var within = c.Table([.. Enumerable.Range(0, (int)Kernel[side]).Select(k => k * Dilations[side])], Kernel[side], 1);
        if (length.IsConstant)
            return Sum(c, within, c.Vector([.. Enumerable.Range(0, (int)Patches(side, (long)length.Constant)).Select(p => p * Strides[side])]));
        var size = new Term(c, c.Op("Gather", [c.Op("Shape", [image]), c.Constant(Onnx.Graphs.TensorData.Scalar(2L + side))], ("axis", 0L)), ScalarType.Int64);
        var past = size - size.Number(Extent(side) - 1);
        return Sum(c, within, c.Op("Range", [size.Number(0).Name, past.Name, size.Number(Strides[side]).Name]));
    }

    private static string Sum(ConversionContext c, string within, string starts) => c.Op("Add", [within, starts]);

    private long Extent(int side) => Dilations[side] * (Kernel[side] - 1) + 1;
}

namespace MLPipeline.Export.Converters;

/// <summary>Convolutions of one to three spatial axes.</summary>
internal static class Convolutions
{
    [Converts("functional.conv1d", "functional.conv2d", "functional.conv3d")]
    internal static string Conv(ConversionContext c)
    {
        var spatial = c.Rank("weight") - 2;
        var padding = c.PerAxis("padding", spatial, 0);
        return Emit(c, "Conv", spatial, [.. padding, .. padding]);
    }

    [Converts("functional.conv1d_padding", "functional.conv2d_padding", "functional.conv3d_padding")]
    internal static string ConvSame(ConversionContext c)
    {
        var spatial = c.Rank("weight") - 2;
        var pads = new long[2 * spatial];
        if (c.Literal("padding") is TorchSharp.Padding.Same)
        {
            // The odd one of an even kernel's padding goes to the end, as in PyTorch.
            var dilation = c.PerAxis("dilation", spatial, 1);
            for (var i = 0; i < spatial; i++)
            {
                var total = dilation[i] * (c.Length("weight", i + 2) - 1);
                pads[i] = total / 2;
                pads[i + spatial] = total - total / 2;
            }
        }

        return Emit(c, "Conv", spatial, pads);
    }

    [Converts("functional.conv_transpose1d", "functional.conv_transpose2d", "functional.conv_transpose3d")]
    internal static string ConvTranspose(ConversionContext c)
    {
        var spatial = c.Rank("weight") - 2;
        var padding = c.PerAxis("padding", spatial, 0);
        return Emit(c, "ConvTranspose", spatial, [.. padding, .. padding]);
    }

    private static string Emit(ConversionContext c, string op, int spatial, long[] pads)
    {
        if (c.Rank("input") == spatial + 1)
            return Unbatched(c, op, spatial, pads);
        return Node(c, op, spatial, pads, c.Tensor("input"));
    }

    // PyTorch takes a single image without a batch axis; ONNX wants one.
    private static string Unbatched(ConversionContext c, string op, int spatial, long[] pads)
    {
        var batched = c.Op("Unsqueeze", [c.Tensor("input"), c.Vector(0)]);
        return c.Op("Squeeze", [Node(c, op, spatial, pads, batched), c.Vector(0)]);
    }

    private static string Node(ConversionContext c, string op, int spatial, long[] pads, string input)
    {
        Kernels.TypeFor(op, c.ResultType, c.Opset);
        List<(string, Onnx.Graphs.AttributeValue)> attributes =
        [
            ("kernel_shape", Enumerable.Range(2, spatial).Select(i => c.Length("weight", i)).ToArray()),
            ("strides", c.PerAxis(c.Has("strides") ? "strides" : "stride", spatial, 1)),
            ("pads", pads),
            ("dilations", c.PerAxis("dilation", spatial, 1)),
            ("group", c.Int("groups", 1)),
        ];
        if (op == "ConvTranspose")
            attributes.Add(("output_padding", c.PerAxis("output_padding", spatial, 0)));
        return c.Op(op, [input, c.Tensor("weight"), c.OptionalTensor("bias")], attributes);
    }
}

using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Sampling at the points of a grid.</summary>
internal static class Grids
{
    [Converts("functional.grid_sample")]
    internal static string Sample(ConversionContext c)
    {
        var volume = c.Rank("input") == 5;
        if (c.Opset < (volume ? 20 : 16))
            throw new ConversionException($"sampling a grid of {c.Rank("input") - 2} axes needs opset {(volume ? 20 : 16)}");
        var nearest = c.Literal("mode") is GridSampleMode.Nearest;
        var padding = c.Literal("padding_mode") switch
        {
            GridSamplePaddingMode.Reflection => "reflection",
            GridSamplePaddingMode.Border => "border",
            _ => "zeros",
        };
        return new Term(c, c.Tensor("input"), c.ResultType).Run("GridSample", input => c.Op(
            "GridSample",
            [input, c.Tensor("grid")],
            ("mode", nearest ? "nearest" : c.Opset >= 20 ? "linear" : "bilinear"),
            ("padding_mode", padding),
            ("align_corners", c.Bool("align_corners") ? 1L : 0L))).Name;
    }

    // Each point is the matrix times (x, y, ..., 1), over a grid from -1 to 1.
    [Converts("functional.affine_grid")]
    internal static string Affine(ConversionContext c)
    {
        var lengths = c.ResultShape();
        int[] spatial = [.. lengths.Skip(1).SkipLast(1).Select(l => l.IsConstant
            ? (int)l.Constant
            : throw new ConversionException("the grid has a symbolic length; export with that axis fixed"))];
        var corners = c.Bool("align_corners");
        var points = new List<double>();
        for (var index = 0; index < spatial.Aggregate(1, (a, b) => a * b); index++)
        {
            var rest = index;
            // The last axis is x.
            for (var axis = spatial.Length - 1; axis >= 0; axis--)
            {
                points.Add(Coordinate(rest % spatial[axis], spatial[axis], corners));
                rest /= spatial[axis];
            }

            points.Add(1);
        }

        var table = c.Cast(c.Constant(TensorData.FromDoubles([.. points], points.Count / (spatial.Length + 1), spatial.Length + 1)), ScalarType.Float64, c.ResultType);
        var product = c.Op("MatMul", [table, c.Op("Transpose", [c.Tensor("theta")], ("perm", (long[])[0, 2, 1]))]);
        return c.Reshape(product, lengths);
    }

    private static double Coordinate(int at, int length, bool corners) => length == 1
        ? 0
        : corners ? -1 + (2.0 * at / (length - 1)) : -1 + (((2.0 * at) + 1) / length);
}

using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Sorting, and what is found by it. Of equal elements ONNX Runtime puts the first in front, as PyTorch's sort does; PyTorch's topk and kthvalue
/// leave open which of them they take. NaN has no place in ONNX's order.
/// </summary>
internal static class Sorting
{
    [Converts("Tensor.topk")]
    internal static IReadOnlyList<string> TopK(ConversionContext c) =>
        Both(c, Ordered(c.Term("self"), c.Vector(c.Int("k")), c.AxisAlong("dim", "self", -1), c.Bool("largest", fallback: true)));

    [Converts("Tensor.sort")]
    internal static IReadOnlyList<string> Sort(ConversionContext c) => Both(c, All(c, c.AxisAlong("dim", "self", -1), c.Bool("descending")));

    [Converts("Tensor.argsort")]
    internal static string ArgSort(ConversionContext c) => All(c, c.AxisAlong("dim", "self", -1), c.Bool("descending")).Indices;

    [Converts("Tensor.msort")]
    internal static string SortRows(ConversionContext c) => c.Result(All(c, 0, descending: false).Values);

    [Converts("Tensor.kthvalue")]
    internal static IReadOnlyList<string> KthValue(ConversionContext c)
    {
        var tensor = c.FirstOf("self", "input");
        var axis = c.AxisAlong("dim", tensor, -1);
        var (values, indices) = Ordered(c.Term(tensor), c.Vector(c.Int("k")), axis, largest: false);
        // The last of the k smallest; a single index leaves the axis out, a list of one keeps it.
        var last = c.Bool("keepdim") ? c.Vector(-1) : c.Scalar(-1, ScalarType.Int64);
        return Both(c, (values with { Name = c.Op("Gather", [values.Name, last], ("axis", axis)) }, c.Op("Gather", [indices, last], ("axis", axis))));
    }

    // The number of boundaries below a value is its place among them.
    [Converts("Tensor.bucketize", "torch.searchsorted")]
    internal static string Place(ConversionContext c)
    {
        var (sequence, wanted) = c.Has("boundaries") ? ("boundaries", "self") : ("sorted_sequence", "values");
        if (c.Has("sorter"))
            throw new ConversionException("a sorter is not supported; sort the sequence");
        var type = c.Promoted(sequence, wanted);
        var (bounds, values) = (c.Term(sequence, type), c.Term(wanted, type));
        var isTensor = c.Argument(wanted) is Tracing.Recording.Argument.TensorValue;
        // Every value meets every bound: values get an axis behind, the bounds of a row one before their own.
        if (isTensor)
            values = values with { Name = c.Op("Unsqueeze", [values.Name, c.Vector(-1)]) };
        if (c.Rank(sequence) > 1)
            bounds = bounds with { Name = c.Op("Unsqueeze", [bounds.Name, c.Vector(-2)]) };
        // NaN is above all: no boundary is greater.
        var below = !(c.Bool("right") ? bounds > values : bounds >= values);
        return c.Result(below.To(ScalarType.Int64).Reduce("ReduceSum", [-1], keepDimension: false));
    }

    /// <summary>All elements along an axis in ascending order.</summary>
    public static Term Sorted(Term x, long axis) => Ordered(x, Length(x.Context, x.Name, axis), axis, largest: false).Values;

    /// <summary>The k largest or smallest elements along an axis, in order.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="k">The name of an int64 vector of one element.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="largest">Whether from the largest down.</param>
    public static (Term Values, string Indices) Ordered(Term x, string k, long axis, bool largest)
    {
        var c = x.Context;
        var type = Kernels.TypeFor("TopK", x.Type, c.Opset);
        List<(string, AttributeValue)> attributes = [("axis", axis), ("largest", largest ? 1L : 0L), ("sorted", 1L)];
        var outputs = c.Ops("TopK", [x.To(type).Name, k], 2, attributes);
        return (new Term(c, outputs[0], type).To(x.Type), outputs[1]);
    }

    private static (Term Values, string Indices) All(ConversionContext c, long axis, bool descending)
    {
        var x = c.Term("self");
        return Ordered(x, Length(c, x.Name, axis), axis, descending);
    }

    private static string Length(ConversionContext c, string name, long axis) => c.Op("Gather", [c.Op("Shape", [name]), c.Vector(axis)], ("axis", 0L));

    private static List<string> Both(ConversionContext c, (Term Values, string Indices) found) => [c.Result(found.Values), found.Indices];
}

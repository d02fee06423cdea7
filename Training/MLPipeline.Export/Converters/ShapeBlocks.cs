using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Steps on shapes that several converter families are made of. Axes are counted from the front.</summary>
internal static class ShapeBlocks
{
    /// <summary>The lengths of a tensor argument's axes, some of which may be symbolic.</summary>
    public static IReadOnlyList<SymbolicNumber> Shape(this ConversionContext c, string parameter) => c.Value(parameter).Dims!;

    /// <summary>The lengths of a result's axes, some of which may be symbolic.</summary>
    public static IReadOnlyList<SymbolicNumber> ResultShape(this ConversionContext c, int result = 0) => c.Results[result].Dims!;

    /// <summary>The axis an argument names, counted from the front of a tensor argument.</summary>
    public static int AxisOf(this ConversionContext c, string parameter, string tensor = "self", long? fallback = null) =>
        (int)ConversionContext.Axis(c.Int(parameter, fallback), c.Rank(tensor));

    /// <summary>The axes an argument names, counted from the front of a tensor argument.</summary>
    public static long[] AxesOf(this ConversionContext c, string parameter, string tensor = "self") =>
        [.. c.Ints(parameter).Select(a => ConversionContext.Axis(a, c.Rank(tensor)))];

    /// <summary>Reshapes a value to the first result's shape.</summary>
    public static string ReshapeToResult(this ConversionContext c, string name) => c.Reshape(name, c.ResultShape());

    /// <summary>Orders the axes anew: axis i of the result is axis <c>order[i]</c> of the value.</summary>
    public static string Transpose(this ConversionContext c, string name, IEnumerable<long> order)
    {
        long[] perm = [.. order];
        return perm.Select((a, i) => a == i).All(same => same) ? name : c.Op("Transpose", [name], ("perm", perm));
    }

    /// <summary>Orders the axes as they were before <see cref="Transpose"/>.</summary>
    public static string TransposeBack(this ConversionContext c, string name, IEnumerable<long> order)
    {
        var indexed = order.Select((axis, at) => (axis, at: (long)at)).OrderBy(p => p.axis);
        return c.Transpose(name, indexed.Select(p => p.at));
    }

    /// <summary>Adds axes of length 1 at these places of the result.</summary>
    public static string Unsqueeze(this ConversionContext c, string name, params long[] axes) =>
        axes.Length == 0 ? name : c.Op("Unsqueeze", [name, c.Vector(axes)]);

    /// <summary>Drops axes of length 1.</summary>
    public static string Squeeze(this ConversionContext c, string name, params long[] axes) =>
        axes.Length == 0 ? name : c.Op("Squeeze", [name, c.Vector(axes)]);

    /// <summary>Elements from <paramref name="start"/> to before <paramref name="end"/> along an axis; negative ones count from the end, a null end is the end.</summary>
    public static string Slice(this ConversionContext c, string name, long axis, SymbolicNumber start, SymbolicNumber? end = null, long step = 1) =>
        c.Op("Slice", [name, c.ShapeVector([start]), c.ShapeVector([end ?? new SymbolicNumber(long.MaxValue)]), c.Vector(axis), c.Vector(step)]);

    /// <summary>One element along an axis, which is dropped.</summary>
    public static string Take(this ConversionContext c, string name, long axis, SymbolicNumber index) => c.Op("Gather", [name, c.LengthScalar(index)], ("axis", axis));

    /// <summary>Elements along an axis by constant places.</summary>
    public static string Pick(this ConversionContext c, string name, long axis, IEnumerable<long> places) =>
        c.Op("Gather", [name, c.Vector([.. places])], ("axis", axis));

    /// <summary>Stretches axes of length 1, and adds axes in front.</summary>
    public static string Expand(this ConversionContext c, string name, IReadOnlyList<SymbolicNumber> shape) => c.Op("Expand", [name, c.ShapeVector(shape)]);

    /// <summary>A length as an int64 scalar.</summary>
    public static string LengthScalar(this ConversionContext c, SymbolicNumber length) => length.IsConstant
        ? c.Constant(TensorData.Scalar((long)length.Constant))
        : c.Squeeze(c.ShapeVector([length]), 0);

    /// <summary>A vector of int64 as a tensor of the given shape.</summary>
    public static string Table(this ConversionContext c, long[] values, params long[] shape) =>
        c.Constant(TensorData.FromInt64s(values, shape));

    /// <summary>0, 1, 2, ... up to before a length.</summary>
    public static string Counting(this ConversionContext c, SymbolicNumber length) => length.IsConstant
        ? c.Vector([.. Enumerable.Range(0, (int)length.Constant).Select(i => (long)i)])
        : c.Op("Range", [c.Scalar(0, ScalarType.Int64), c.LengthScalar(length), c.Scalar(1, ScalarType.Int64)]);

    /// <summary>Axes 0, 1, ... of a tensor of this rank.</summary>
    public static List<long> AxesInOrder(int rank) => [.. Enumerable.Range(0, rank).Select(i => (long)i)];

    /// <summary>The product of lengths.</summary>
    public static SymbolicNumber Product(IEnumerable<SymbolicNumber> lengths) => lengths.Aggregate(new SymbolicNumber(1), (product, length) => product.Times(length));
}

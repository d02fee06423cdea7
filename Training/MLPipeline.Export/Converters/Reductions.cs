using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Reductions over axes. No axes, and an empty list of them, mean all. What the largest and the smallest of numbers and NaN is, ONNX leaves open:
/// ONNX Runtime may pass over a NaN that PyTorch hands on. It sums and multiplies int64 in double precision: beyond 2^53 it rounds, and beyond 2^63
/// it saturates (1.31.1; its CumSum and MatMul are exact). Of no elements its mean is 0, and its smallest and largest are no truth values.
/// </summary>
internal static class Reductions
{
    private static readonly string[] AxisParameters = ["dim", "dims", "dimensions", "dim0", "dim1", "dim2"];

    [Converts("Tensor.sum", "Tensor._sum")]
    internal static string Sum(ConversionContext c) => c.Result(Over(c, c.Term("self", c.ResultType), "ReduceSum"));

    [Converts("Tensor.mean")]
    internal static string Mean(ConversionContext c) => c.Result(MeanOver(c.Term("self", c.ResultType), Axes(c), c.Bool("keepdim")));

    [Converts("Tensor.prod")]
    internal static string Product(ConversionContext c) => c.Result(Over(c, c.Term("self", c.ResultType), "ReduceProd"));

    [Converts("Tensor.amax")]
    internal static string Largest(ConversionContext c) => c.Result(Over(c, c.Term("self"), "ReduceMax"));

    [Converts("Tensor.amin")]
    internal static string Smallest(ConversionContext c) => c.Result(Over(c, c.Term("self"), "ReduceMin"));

    [Converts("Tensor.max")]
    internal static IReadOnlyList<string> Max(ConversionContext c) => c.Has("other") ? [Rounding.Maximum(c)] : Extreme(c, "ReduceMax", "ArgMax");

    [Converts("Tensor.min")]
    internal static IReadOnlyList<string> Min(ConversionContext c) => c.Has("other") ? [Rounding.Minimum(c)] : Extreme(c, "ReduceMin", "ArgMin");

    // TorchSharp takes the last axis, by the name of -1, for all of them.
    [Converts("Tensor.aminmax")]
    internal static IReadOnlyList<string> SmallestAndLargest(ConversionContext c)
    {
        long[] axes = c.Has("dim") && c.Int("dim") == -1 ? [] : Axes(c);
        var x = c.Term("self");
        return [c.Result(x.Reduce("ReduceMin", axes, c.Bool("keepdim"))), c.Result(x.Reduce("ReduceMax", axes, c.Bool("keepdim")))];
    }

    // Of equal elements the first counts, in PyTorch as in ONNX.
    [Converts("Tensor.argmax")]
    internal static string ArgMax(ConversionContext c) => IndexOf(c, "ArgMax");

    [Converts("Tensor.argmin")]
    internal static string ArgMin(ConversionContext c) => IndexOf(c, "ArgMin");

    [Converts("Tensor.all")]
    internal static string All(ConversionContext c) => c.Result(Count(c, !c.Term("self", ScalarType.Bool)).Is(0));

    [Converts("Tensor.any")]
    internal static string Any(ConversionContext c) => c.Result(Count(c, c.Term("self", ScalarType.Bool)) > 0);

    [Converts("Tensor.count_nonzero")]
    internal static string CountNonzero(ConversionContext c) => c.Result(Count(c, c.Term("self", ScalarType.Bool)));

    [Converts("Tensor.nansum")]
    internal static string SumOfNumbers(ConversionContext c) => c.Result(Over(c, WithoutNaN(c).To(c.ResultType), "ReduceSum"));

    [Converts("Tensor.logsumexp")]
    internal static string LogSumExp(ConversionContext c) => c.Result(Over(c, c.Term("self", c.ResultType), "ReduceLogSumExp"));

    /// <summary>Reduces over the axes the call names.</summary>
    public static Term Over(ConversionContext c, Term x, string op) => x.Reduce(op, Axes(c), c.Bool("keepdim"));

    /// <summary>Reduces over axes; no axes mean all.</summary>
    public static Term Reduce(this Term x, string op, long[] axes, bool keepDimension)
    {
        var c = x.Context;
        var type = Kernels.TypeFor(op, x.Type, c.Opset);
        List<(string, AttributeValue)> attributes = [("keepdims", keepDimension ? 1L : 0L)];
        List<string> inputs = [x.To(type).Name];
        // Axes moved from an attribute to an input in opset 18, for sums in 13.
        if (axes.Length > 0 && (c.Opset >= 18 || op == "ReduceSum"))
            inputs.Add(c.Vector(axes));
        else if (axes.Length > 0)
            attributes.Add(("axes", axes));
        return new Term(c, c.Op(op, inputs, attributes), type).To(x.Type);
    }

    /// <summary>The mean of the receiver's elements, or of what was made of each; of none it is NaN.</summary>
    public static Term MeanOver(Term x, long[] axes, bool keepDimension)
    {
        var c = x.Context;
        var shape = c.Shape("self");
        if (!shape.Where((_, axis) => axes.Length == 0 || axes.Contains(axis)).Any(MayBeZero))
            return x.Reduce("ReduceMean", axes, keepDimension);
        var lengths = c.Op("Shape", [x.Name]);
        var count = c.Op("ReduceProd", [axes.Length == 0 ? lengths : c.Pick(lengths, 0, axes)], ("keepdims", 0L));
        return x.Reduce("ReduceSum", axes, keepDimension) / new Term(c, count, ScalarType.Int64).To(x.Type);
    }

    /// <summary>Whether the call names axes.</summary>
    public static bool NamesAxes(ConversionContext c) => AxisParameters.Any(c.Has);

    /// <summary>The axes the call names, counted from the front; none for a tensor without axes.</summary>
    public static long[] Axes(ConversionContext c)
    {
        // An overload of the sum takes its axes one by one.
        var axes = AxisParameters.Where(c.Has).SelectMany(p => c.Ints(p));
        return c.Rank("self") == 0 ? [] : [.. axes.Select(a => ConversionContext.Axis(a, c.Rank("self")))];
    }

    private static Term Count(ConversionContext c, Term where) => Over(c, where.To(ScalarType.Int64), "ReduceSum");

    // A symbol is at least 1.
    private static bool MayBeZero(SymbolicNumber length) =>
        length.IsConstant ? length.Is(0) : length.Affine is not { } affine || affine.Slopes.Any(s => s < 0) || affine.Constant + affine.Slopes.Sum() < 1;

    private static List<string> Extreme(ConversionContext c, string op, string indexOp)
    {
        var value = c.Result(Over(c, c.Term("self"), op));
        return c.Results.Count == 1 ? [value] : [value, IndexOf(c, indexOp)];
    }

    private static string IndexOf(ConversionContext c, string op)
    {
        var x = c.Term("self");
        x = x.To(Kernels.TypeFor(op, x.Type, c.Opset));
        if (c.Rank("self") == 0)
            return c.Op("Squeeze", [c.Op(op, [c.Op("Reshape", [x.Name, c.Vector(1)])], ("keepdims", 1L)), c.Vector(0)]);
        if (c.Has("dim"))
            return c.Op(op, [x.Name], ("axis", c.Int("dim")), ("keepdims", c.Bool("keepdim") ? 1L : 0L));
        return c.Op(op, [c.Op("Reshape", [x.Name, c.Vector(-1)])], ("axis", 0L), ("keepdims", 0L));
    }

    private static Term WithoutNaN(ConversionContext c)
    {
        var x = c.Term("self");
        return Promotion.IsFloat(x.Type) ? x.IsNaN().Choose(x.Number(0), x) : x;
    }
}

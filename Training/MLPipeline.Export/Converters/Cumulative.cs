using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Running sums along an axis, and what can be made of them. ONNX has no running product or extreme.</summary>
internal static class Cumulative
{
    private static readonly string[] DifferenceParts = ["prepend", "self", "append"];

    [Converts("Tensor.cumsum")]
    internal static string CumulativeSum(ConversionContext c) => c.Result(RunningSum(c.Term("self", c.ResultType), Dim(c)));

    // The largest element so far is taken off before, so that the largest exponential is 1.
    [Converts("Tensor.logcumsumexp")]
    internal static string LogCumulativeSumExp(ConversionContext c)
    {
        var x = c.Real("self");
        var (extreme, _) = Running(c, x, "ReduceMax", "ArgMax");
        // An infinite one can't be taken off: infinity less infinity is no number.
        extreme = extreme.Abs().Is(double.PositiveInfinity).Choose(x.Number(0), extreme);
        var rows = Unsqueeze(x, Dim(c));
        var shifted = Triangle(c, x).Choose(rows - Unsqueeze(extreme, Dim(c) + 1), x.Number(double.NegativeInfinity));
        var sums = shifted.Exp().Reduce("ReduceSum", [Dim(c) + 1], keepDimension: false);
        return c.Result(sums.Log() + extreme);
    }

    // The product over a triangle: every element meets all up to it. Quadratic, as ONNX has no running product.
    [Converts("Tensor.cumprod")]
    internal static string CumulativeProduct(ConversionContext c)
    {
        var x = c.Term("self", c.ResultType);
        var factors = Triangle(c, x).Choose(Unsqueeze(x, Dim(c)), x.Number(1));
        return c.Result(factors.Reduce("ReduceProd", [Dim(c) + 1], keepDimension: false));
    }

    [Converts("Tensor.cummax")]
    internal static IReadOnlyList<string> CumulativeMaximum(ConversionContext c) => Extreme(c, "ReduceMax", "ArgMax");

    [Converts("Tensor.cummin")]
    internal static IReadOnlyList<string> CumulativeMinimum(ConversionContext c) => Extreme(c, "ReduceMin", "ArgMin");

    [Converts("Tensor.diff")]
    internal static string Differences(ConversionContext c)
    {
        var type = c.Value("self").Type;
        var axis = Dim(c);
        List<string> parts = [.. DifferenceParts.Where(c.Has).Select(p => c.Term(p, type).Name)];
        var x = new Term(c, parts.Count == 1 ? parts[0] : c.Op("Concat", parts, ("axis", axis)), type);
        return c.Result(type == ScalarType.Bool ? Later(x, axis) ^ Earlier(x, axis) : Later(x, axis) - Earlier(x, axis));
    }

    [Converts("Tensor.trapezoid")]
    internal static string Trapezoid(ConversionContext c) => c.Result(Areas(c).Reduce("ReduceSum", [Dim(c)], keepDimension: false));

    [Converts("Tensor.cumulative_trapezoid")]
    internal static string CumulativeTrapezoid(ConversionContext c) => c.Result(RunningSum(Areas(c), Dim(c)));

    private static List<string> Extreme(ConversionContext c, string op, string indexOp)
    {
        var (values, indices) = Running(c, c.Term("self"), op, indexOp);
        return [c.Result(values), indices];
    }

    // The extreme of each element and all before it. Of equal ones PyTorch takes the last.
    private static (Term Values, string Indices) Running(ConversionContext c, Term x, string op, string indexOp)
    {
        var axis = Dim(c);
        var type = Kernels.TypeFor(op, x.Type, c.Opset);
        var before = x.To(type);
        var rest = before.Number(Limit(type, lowest: op == "ReduceMax"));
        var rows = Triangle(c, before).Choose(Unsqueeze(before, axis), rest);
        var values = rows.Reduce(op, [axis + 1], keepDimension: false);
        var indices = c.Op(indexOp, [rows.Name], ("axis", axis + 1), ("keepdims", 0L), ("select_last_index", 1L));
        // Elements that are the limit themselves tie with what stands for those that come after.
        return (values.To(x.Type), Rows(c, x).Min(new Term(c, indices, ScalarType.Int64)).Name);
    }

    private static Term RunningSum(Term x, long axis)
    {
        var c = x.Context;
        var type = Kernels.TypeFor("CumSum", x.Type, c.Opset);
        return new Term(c, c.Op("CumSum", [x.To(type).Name, c.Scalar(axis, ScalarType.Int64)]), type).To(x.Type);
    }

    // Where the later axis of a pair is not after the earlier one: true below the diagonal and on it, with the axes behind of length 1.
    private static Term Triangle(ConversionContext c, Term x)
    {
        var column = Rows(c, x);
        return column <= column with { Name = c.Op("Unsqueeze", [column.Name, c.Vector(1)]) };
    }

    // The place along the axis, with the axes behind of length 1.
    private static Term Rows(ConversionContext c, Term x)
    {
        var axis = Dim(c);
        var places = Creation.Count(c, Creation.LengthOf(c, x.Name, axis));
        return places with { Name = c.Op("Reshape", [places.Name, c.Vector([-1, .. Enumerable.Repeat(1L, c.Rank("self") - (int)axis - 1)])]) };
    }

    // (y_i + y_i+1) / 2 * width.
    private static Term Areas(ConversionContext c)
    {
        var axis = Dim(c);
        var y = c.Real("self");
        var heights = Later(y, axis) + Earlier(y, axis);
        if (!c.Has("x"))
            return heights * (c.Number("dx", 1) / 2);
        var x = c.Term("x", y.Type);
        // Places along the axis alone stand for every row.
        if (c.Rank("x") == 1 && c.Rank("self") > 1)
            x = x with { Name = c.Op("Reshape", [x.Name, c.Vector([-1, .. Enumerable.Repeat(1L, c.Rank("self") - (int)axis - 1)])]) };
        var xAxis = axis - c.Rank("self");
        return heights * (Later(x, xAxis) - Earlier(x, xAxis)) * 0.5;
    }

    private static Term Earlier(Term x, long axis) => Slice(x, 0, -1, axis);

    private static Term Later(Term x, long axis) => Slice(x, 1, long.MaxValue, axis);

    private static Term Slice(Term x, long start, long end, long axis)
    {
        var c = x.Context;
        return x with { Name = c.Op("Slice", [x.Name, c.Vector(start), c.Vector(end), c.Vector(axis)]) };
    }

    private static Term Unsqueeze(Term x, long axis) => x with { Name = x.Context.Op("Unsqueeze", [x.Name, x.Context.Vector(axis)]) };

    private static long Dim(ConversionContext c) => c.AxisAlong("dim", "self", -1);

    private static double Limit(ScalarType type, bool lowest) => type switch
    {
        ScalarType.Int64 => lowest ? long.MinValue : long.MaxValue,
        ScalarType.Int32 => lowest ? int.MinValue : int.MaxValue,
        ScalarType.Int8 => lowest ? sbyte.MinValue : sbyte.MaxValue,
        ScalarType.Byte => lowest ? byte.MinValue : byte.MaxValue,
        _ => lowest ? double.NegativeInfinity : double.PositiveInfinity,
    };
}

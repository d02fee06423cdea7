using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Tensors made on the way. What depends on no symbolic length is a constant already and never gets here; the rest is made at run time, of the
/// lengths that the results had in the traces.
/// </summary>
internal static class Creation
{
    [Converts("torch._zeros", "torch._empty")]
    internal static string Zeros(ConversionContext c) => Filled(c, Lengths(c), 0);

    [Converts("torch._ones")]
    internal static string Ones(ConversionContext c) => Filled(c, Lengths(c), 1);

    [Converts("torch._full")]
    internal static string Full(ConversionContext c) => Filled(c, Lengths(c), "value");

    [Converts("Tensor.zeros_like", "Tensor.empty_like", "Tensor.zero_")]
    internal static string ZerosLike(ConversionContext c) => Filled(c, Shape(c), 0);

    [Converts("Tensor.ones_like")]
    internal static string OnesLike(ConversionContext c) => Filled(c, Shape(c), 1);

    [Converts("Tensor.full_like", "Tensor.fill_")]
    internal static string FullLike(ConversionContext c) => Filled(c, Shape(c), "value");

    [Converts("torch.eye")]
    internal static string Eye(ConversionContext c)
    {
        var type = Kernels.TypeFor("EyeLike", c.ResultType, c.Opset);
        var shape = c.Op("ConstantOfShape", [Lengths(c)], ("value", new TensorData(ElementTypeMap.Of(ScalarType.Int64), [1], new byte[8])));
        return c.Result(new Term(c, c.Op("EyeLike", [shape], ("dtype", (long)ElementTypeMap.Of(type))), type));
    }

    // start + step * i, as PyTorch has it: a running sum would drift.
    [Converts("torch.arange")]
    internal static string Range(ConversionContext c)
    {
        var type = Operands.Precise(c.ResultType);
        var steps = Count(c, Length(c)).To(type);
        if (c.Has("step") && !(c.Argument("step") is Argument.Integer { Value: { IsConstant: true, Constant: 1 } }))
            steps *= c.Term("step", type);
        if (c.Has("start") && !(c.Argument("start") is Argument.Integer { Value: { IsConstant: true, Constant: 0 } }))
            steps += c.Term("start", type);
        return c.Result(steps);
    }

    // From both ends to the middle, so that the last number is the end itself.
    [Converts("torch.linspace")]
    internal static string Linspace(ConversionContext c)
    {
        var type = Operands.Precise(c.ResultType);
        var length = Length(c);
        var i = Count(c, length).To(type);
        var last = new Term(c, length, ScalarType.Int64).To(type) - 1;
        var (start, end) = (c.Term("start", type), c.Term("end", type));
        // One number is the start; any divisor will do.
        var step = (end - start) / last.Max(last.Number(1));
        return c.Result((i * 2 <= last).Choose(start + step * i, end - step * (last - i)));
    }

    [Converts("Tensor.tril", "Tensor.tril_")]
    internal static string LowerTriangle(ConversionContext c) => Triangle(c, upper: false);

    [Converts("Tensor.triu", "Tensor.triu_")]
    internal static string UpperTriangle(ConversionContext c) => Triangle(c, upper: true);

    [Converts("functional.one_hot")]
    internal static string OneHot(ConversionContext c)
    {
        if (c.Int("num_classes", -1) < 0)
            throw new ConversionException("the number of classes depends on the data; give num_classes");
        return c.Op("OneHot", [c.Tensor("x"), c.Vector(c.Int("num_classes")), c.Vector(0, 1)], ("axis", -1L));
    }

    [Converts(
        "Tensor.rand_like", "Tensor.randn_like", "Tensor.randint_like", "Tensor.bernoulli", "Tensor.multinomial", "Tensor.poisson", "Tensor.binomial",
        "torch._standard_gamma", "torch._sample_dirichlet")]
    internal static string Random(ConversionContext c) =>
        throw new ConversionException("it draws random numbers, which an ONNX file would draw otherwise; make them outside and hand them in as an input");

    /// <summary>0, 1, 2 ... below a length.</summary>
    /// <param name="c">The call.</param>
    /// <param name="length">The name of an int64 scalar.</param>
    public static Term Count(ConversionContext c, string length) =>
        new(c, c.Op("Range", [c.Scalar(0, ScalarType.Int64), length, c.Scalar(1, ScalarType.Int64)]), ScalarType.Int64);

    /// <summary>The length of an axis, at run time: an int64 scalar.</summary>
    public static string LengthOf(ConversionContext c, string tensor, long axis) =>
        c.Op("Gather", [c.Op("Shape", [tensor]), c.Scalar(axis, ScalarType.Int64)], ("axis", 0L));

    private static string Filled(ConversionContext c, string shape, string parameter) =>
        c.Argument(parameter) is Argument.Integer { Value.IsConstant: false } or Argument.Number { Value.IsConstant: false }
            ? c.Op("Expand", [c.Term(parameter, c.ResultType).Name, shape])
            : Filled(c, shape, c.Number(parameter));

    private static string Filled(ConversionContext c, string shape, double value)
    {
        using var scope = NewDisposeScope();
        // Below opset 20 ONNX fills nothing with BFloat16.
        var type = c.ResultType == ScalarType.BFloat16 ? ScalarType.Float32 : c.ResultType;
        var element = GraphBuilder.Data(full([1], value, ScalarType.Float64).to(type));
        return c.Result(new Term(c, c.Op("ConstantOfShape", [shape], ("value", element)), type));
    }

    private static string Shape(ConversionContext c) => c.Op("Shape", [c.Tensor("self")]);

    private static string Lengths(ConversionContext c) => c.ShapeVector([.. c.Results[0].Dims!.Select(d => d
        ?? throw new ConversionException("a length of the result is no affine function of the symbolic lengths"))]);

    private static string Length(ConversionContext c) => c.Op("Squeeze", [Lengths(c), c.Vector(0)]);

    private static string Triangle(ConversionContext c, bool upper)
    {
        var x = c.Term("self");
        var diagonal = c.Int("diagonal", 0);
        if (c.Opset >= 14)
        {
            var type = Kernels.TypeFor("Trilu", x.Type, c.Opset);
            var triangle = c.Op("Trilu", [x.To(type).Name, c.Scalar(diagonal, ScalarType.Int64)], ("upper", upper ? 1L : 0L));
            return c.Result(new Term(c, triangle, type));
        }

        var rows = Count(c, LengthOf(c, x.Name, c.Rank("self") - 2));
        var columns = Count(c, LengthOf(c, x.Name, c.Rank("self") - 1));
        var right = columns - rows with { Name = c.Op("Unsqueeze", [rows.Name, c.Vector(1)]) };
        var kept = upper ? right >= diagonal : right <= diagonal;
        return c.Result(kept.Choose(x, x.Number(0)));
    }
}

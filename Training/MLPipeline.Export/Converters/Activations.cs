using MLPipeline.Onnx.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Activations and softmax. Where ONNX Runtime has an operator for floats only, doubles take the formula.</summary>
internal static class Activations
{
    // TorchSharp 0.107 computes hardtanh, and hands back what it was given. A release that does otherwise is told by trying it.
    private static readonly Lazy<bool> ReturnsItsInput = new(() =>
    {
        using var scope = NewDisposeScope();
        return tensor(2f).hardtanh(-1, 1).item<float>() == 2;
    });

    [Converts("Tensor.relu")]
    internal static string Relu(ConversionContext c)
    {
        var x = c.Term("self");
        return c.Result(Promotion.IsFloat(x.Type) ? x.Apply("Relu") : x.Max(x.Number(0)));
    }

    [Converts("Tensor.relu6")]
    internal static string Relu6(ConversionContext c) => c.Result(c.Term("self").Clip(0, 6));

    [Converts("Tensor.hardtanh")]
    internal static string Hardtanh(ConversionContext c) => ReturnsItsInput.Value ? c.Op("Identity", [c.Tensor("self")]) : HardtanhInPlace(c);

    [Converts("Tensor.hardtanh_")]
    internal static string HardtanhInPlace(ConversionContext c) => c.Result(c.Term("self").Clip(c.Number("min"), c.Number("max")));

    [Converts("Tensor.sigmoid", "special.expit")]
    internal static string Sigmoid(ConversionContext c) => c.Result(Input(c, c.ResultType).Apply("Sigmoid"));

    [Converts("Tensor.tanh")]
    internal static string Tanh(ConversionContext c) => c.Result(Input(c, c.ResultType).Apply("Tanh"));

    [Converts("Tensor.leaky_relu")]
    internal static string LeakyRelu(ConversionContext c)
    {
        var slope = c.Number("negative_slope");
        return Choice(c, "LeakyRelu", x => (x > 0).Choose(x, x * slope), ("alpha", (float)slope));
    }

    // PyTorch's rrelu draws its slopes in training only; in evaluation it takes their mean.
    [Converts("Tensor.rrelu")]
    internal static string RandomizedRelu(ConversionContext c)
    {
        var slope = (c.Number("lower", 1 / 8.0) + c.Number("upper", 1 / 3.0)) / 2;
        return Choice(c, "LeakyRelu", x => (x > 0).Choose(x, x * slope), ("alpha", (float)slope));
    }

    [Converts("Tensor.elu")]
    internal static string Elu(ConversionContext c)
    {
        var (alpha, scale, inner) = (c.Number("alpha"), c.Number("scale", 1), c.Number("input_scale", 1));
        if (scale == 1 && inner == 1)
            return Choice(c, "Elu", x => (x > 0).Choose(x, x.Expm1() * alpha), ("alpha", (float)alpha));
        var x = c.Real("self");
        return c.Result((x > 0).Choose(x * scale, (x * inner).Expm1() * (alpha * scale)));
    }

    [Converts("Tensor.selu")]
    internal static string Selu(ConversionContext c)
    {
        const double alpha = 1.6732632423543772848170429916717;
        const double scale = 1.0507009873554804934193349852946;
        return Choice(c, "Selu", x => (x > 0).Choose(x * scale, x.Expm1() * (alpha * scale)), ("alpha", (float)alpha), ("gamma", (float)scale));
    }

    [Converts("Tensor.celu")]
    internal static string Celu(ConversionContext c)
    {
        var alpha = c.Number("alpha", 1);
        return Choice(c, "Celu", x => (x > 0).Choose(x, (x / alpha).Expm1() * alpha), ("alpha", (float)alpha));
    }

    // ONNX has Gelu from opset 20; below, ONNX Runtime knows these formulas and fuses them.
    [Converts("Tensor.gelu")]
    internal static string Gelu(ConversionContext c)
    {
        var smooth = c.Literal("approximate") is GELU.Approximate.tanh;
        var x = c.Term("self", Operands.Precise(c.ResultType));
        if (c.Opset >= 20 && x.Type != ScalarType.Float64)
            return c.Result(x.Apply("Gelu", ("approximate", smooth ? "tanh" : "none")));
        if (!smooth)
            return c.Result(x * ((x / Math.Sqrt(2)).Apply("Erf") + 1) * 0.5);
        var inner = (x + x * x * x * 0.044715) * Math.Sqrt(2 / Math.PI);
        return c.Result(x * (inner.Apply("Tanh") + 1) * 0.5);
    }

    [Converts("Tensor.silu")]
    internal static string Silu(ConversionContext c) => c.Result(c.Term("self") * c.Term("self").Apply("Sigmoid"));

    [Converts("Tensor.hardsigmoid")]
    internal static string Hardsigmoid(ConversionContext c) => c.Result(Hardsigmoid(c.Term("self")));

    [Converts("Tensor.hardswish")]
    internal static string Hardswish(ConversionContext c) => c.Result(c.Term("self") * Hardsigmoid(c.Term("self")));

    // What lies within the bounds becomes 0, which NaN does not.
    [Converts("functional.hardshrink")]
    internal static string Hardshrink(ConversionContext c)
    {
        var x = c.Term("x");
        return c.Result((x.Abs() <= c.Number("lambda")).Choose(x.Number(0), x));
    }

    [Converts("functional.softshrink")]
    internal static string Softshrink(ConversionContext c)
    {
        var (x, bound) = (c.Term("x"), c.Number("lambda"));
        return c.Result(x - x.Clip(-bound, bound));
    }

    // Beyond the threshold PyTorch takes x itself; from 20 on a Float32 can't tell.
    [Converts("Tensor.softplus", "Tensor.softplus1")]
    internal static string Softplus(ConversionContext c)
    {
        var (beta, threshold) = (c.Number("beta", 1), c.Number("threshold", 20));
        var x = c.Real("self");
        var scaled = beta == 1 ? x : x * beta;
        var soft = beta == 1 ? scaled.Softplus() : scaled.Softplus() / beta;
        return c.Result(threshold >= 20 && x.Type == ScalarType.Float32 ? soft : (scaled > threshold).Choose(x, soft));
    }

    [Converts("Tensor.log_sigmoid")]
    internal static string LogSigmoid(ConversionContext c) => c.Result(-(-c.Real("self")).Softplus());

    [Converts("Tensor.threshold")]
    internal static string Threshold(ConversionContext c)
    {
        var x = c.Term("self");
        return c.Result((x <= c.Number("threshold")).Choose(x.Number(c.Number("value")), x));
    }

    // The slopes belong to axis 1; ONNX lines them up with the last.
    [Converts("Tensor.prelu")]
    internal static string Prelu(ConversionContext c)
    {
        var (x, slope) = (c.Term("self"), c.Term("target"));
        if (c.Value("target").Shape.Aggregate(1L, (a, b) => a * b) > 1 && c.Rank("self") > 2)
            slope = slope with { Name = c.Op("Reshape", [slope.Name, c.Vector([-1, .. Enumerable.Repeat(1L, c.Rank("self") - 2)])]) };
        return c.Result(x.Type == ScalarType.Float64 ? (x > 0).Choose(x, x * slope) : x.With(slope, "PRelu"));
    }

    [Converts("Tensor.glu")]
    internal static string Glu(ConversionContext c)
    {
        var axis = ("axis", (AttributeValue)c.Int("dim", -1));
        // Two equal parts are said by the number of outputs, from opset 18 on by an attribute too.
        var halves = c.Opset >= 18 ? c.Ops("Split", [c.Tensor("self")], 2, axis, ("num_outputs", 2L)) : c.Ops("Split", [c.Tensor("self")], 2, axis);
        var x = c.Term("self");
        return c.Result((x with { Name = halves[0] }) * (x with { Name = halves[1] }).Apply("Sigmoid"));
    }

    [Converts("special.softmax")]
    internal static string Softmax(ConversionContext c) => AlongAxis(c, "Softmax");

    [Converts("special.log_softmax")]
    internal static string LogSoftmax(ConversionContext c) => AlongAxis(c, "LogSoftmax");

    private static string AlongAxis(ConversionContext c, string op) => c.Result(Input(c, c.ResultType).Apply(op, ("axis", c.AxisAlong("dim", "input"))));

    private static Term Input(ConversionContext c, ScalarType type) => c.Term(c.FirstOf("self", "input"), type);

    private static Term Hardsigmoid(Term x) =>
        x.Type == ScalarType.Float64 ? (x / 6 + 0.5).Clip(0, 1) : x.Apply("HardSigmoid", ("alpha", 1 / 6f), ("beta", 0.5f));

    private static string Choice(ConversionContext c, string op, Func<Term, Term> formula, params (string, AttributeValue)[] attributes)
    {
        var x = c.Term("self");
        return c.Result(x.Type == ScalarType.Float64 ? formula(x) : x.Apply(op, attributes));
    }
}

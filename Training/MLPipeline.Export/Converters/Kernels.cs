using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Which element types ONNX Runtime's CPU kernels take, tried on ONNX Runtime 1.31 at opsets 13, 14, 18 and 21. What is not listed takes them all.
/// Where it takes Float16 and has no kernel of its own, the runtime puts the casts in.
/// </summary>
internal static class Kernels
{
    private static readonly ScalarType[] Single = [ScalarType.Float32, ScalarType.Float16];
    private static readonly ScalarType[] Real = [.. Single, ScalarType.Float64];
    private static readonly ScalarType[] Wide = [.. Real, ScalarType.Int64, ScalarType.Int32];
    private static readonly ScalarType[] Bytes = [.. Wide, ScalarType.Int8, ScalarType.Byte];
    private static readonly ScalarType[] Signed = [.. Wide, ScalarType.Int16, ScalarType.Int8];
    private static readonly ScalarType[] Numbers = [.. Bytes, ScalarType.Int16];

    private static readonly Dictionary<string, ScalarType[]> Types = Table(
        (Single, "Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Erf Elu Selu LeakyRelu HardSigmoid Softplus Gelu PRelu OneHot Conv ConvTranspose"),
        ([ScalarType.Float32], "Celu AveragePool LRN"),
        ([ScalarType.Float32, ScalarType.Float64, ScalarType.Int8, ScalarType.Byte], "MaxPool"),
        ([ScalarType.Float32, ScalarType.Float64], "DepthToSpace SpaceToDepth"),
        ([ScalarType.Float32, ScalarType.Float64], "IsInf"),
        (Real, "Sqrt Reciprocal Exp Log Floor Ceil Round Sin Cos Tanh Sigmoid Relu IsNaN Softmax LogSoftmax"),
        ([ScalarType.Float32], "Det GridSample"),
        ([.. Single, ScalarType.Int32, ScalarType.Int8, ScalarType.Byte], "Resize"),
        (Wide, "MatMul Einsum"),
        ([.. Bytes, ScalarType.Bool], "Pad"),
        (Wide, "Pow ReduceSum ReduceMean ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp EyeLike"),
        ([.. Wide, ScalarType.Bool], "Trilu"),
        (Bytes, "Max Min ReduceMax ReduceMin Clip ArgMax ArgMin Where"),
        (Signed, "Neg"),
        (Numbers, "Abs Sign Mod Less LessOrEqual Greater GreaterOrEqual TopK BitwiseAnd BitwiseOr BitwiseXor BitwiseNot"),
        ([ScalarType.Bool], "Not And Or Xor"),
        ([ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Int32], "CumSum Range"));

    /// <summary>The type to run an operator in: the value's own where there is a kernel, else a wider one that holds all its values.</summary>
    /// <exception cref="ConversionException">There is no such kernel.</exception>
    public static ScalarType TypeFor(string op, ScalarType type, int opset)
    {
        if (type == ScalarType.BFloat16)
            return TypeFor(op, ScalarType.Float32, opset);
        if (Takes(op, opset) is not { } types || types.Contains(type))
            return type;
        var wider = type switch
        {
            ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 => ScalarType.Int32,
            ScalarType.Int32 => ScalarType.Int64,
            ScalarType.Float16 => ScalarType.Float32,
            _ => throw new ConversionException($"ONNX Runtime has no {op} for {type}; compute it in Float32"),
        };
        return TypeFor(op, wider, opset);
    }

    // Opset 14 taught the four operations the short integers.
    private static ScalarType[]? Takes(string op, int opset) =>
        op is "Add" or "Sub" or "Mul" or "Div" ? opset >= 14 ? Numbers : Wide : Types.GetValueOrDefault(op);

    private static Dictionary<string, ScalarType[]> Table(params (ScalarType[] Types, string Operators)[] rows) =>
        rows.SelectMany(r => r.Operators.Split(' ').Select(op => (op, r.Types))).ToDictionary(r => r.op, r => r.Types);
}

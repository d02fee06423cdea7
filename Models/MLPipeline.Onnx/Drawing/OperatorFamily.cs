namespace MLPipeline.Onnx.Drawing;

/// <summary>Kinds of operators that share a colour.</summary>
internal enum OperatorFamily
{
    /// <summary>Convolutions and matrix products: where the weights are.</summary>
    Weights,

    /// <summary>Normalisations.</summary>
    Normalization,

    /// <summary>Activations.</summary>
    Activation,

    /// <summary>Pools and reductions.</summary>
    Reduction,

    /// <summary>Arithmetic and comparison, element by element.</summary>
    Arithmetic,

    /// <summary>Whatever moves elements and does not change them.</summary>
    Movement,

    /// <summary>Recurrent networks, and bodies that run conditionally or again.</summary>
    Control,

    /// <summary>All else.</summary>
    Other,

    /// <summary>What the caller feeds and gets.</summary>
    Interface,
}

/// <summary>Sorts operators into families.</summary>
internal static class OperatorFamilies
{
    private static readonly Dictionary<string, OperatorFamily> ByName = Table(
        (OperatorFamily.Weights, "Conv ConvTranspose ConvInteger Gemm MatMul MatMulInteger Einsum QLinearConv QLinearMatMul DeformConv"),
        (OperatorFamily.Normalization, "BatchNormalization InstanceNormalization LayerNormalization GroupNormalization LpNormalization LRN MeanVarianceNormalization Dropout"),
        (OperatorFamily.Activation, "Relu LeakyRelu PRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Mish Tanh Softplus Softsign Softmax LogSoftmax Hardmax ThresholdedRelu Clip Erf"),
        (OperatorFamily.Reduction, "MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool GlobalLpPool ArgMax ArgMin TopK CumSum"),
        (OperatorFamily.Arithmetic,
            "Add Sub Mul Div Pow Mod Neg Abs Sqrt Exp Log Reciprocal Sign Floor Ceil Round Min Max Mean Sum Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh " +
            "Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not IsNaN IsInf Where BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot"),
        (OperatorFamily.Movement,
            "Reshape Flatten Transpose Concat Split Slice Squeeze Unsqueeze Expand Tile Gather GatherElements GatherND Scatter ScatterElements ScatterND Pad Resize Upsample " +
            "DepthToSpace SpaceToDepth Shape Size Cast Identity Compress ReverseSequence Trilu Range ConstantOfShape Constant OneHot EyeLike NonZero Unique"),
        (OperatorFamily.Control, "LSTM GRU RNN If Loop Scan"));

    /// <summary>The family of an operator of ONNX's own domain.</summary>
    public static OperatorFamily Of(string opType) => ByName.TryGetValue(opType, out var family)
        ? family
        : opType.StartsWith("Reduce", StringComparison.Ordinal) ? OperatorFamily.Reduction : OperatorFamily.Other;

    /// <summary>How the legend calls it.</summary>
    public static string Caption(this OperatorFamily family) => family switch
    {
        OperatorFamily.Weights => "weights",
        OperatorFamily.Normalization => "normalisation",
        OperatorFamily.Activation => "activation",
        OperatorFamily.Reduction => "pool, reduction",
        OperatorFamily.Arithmetic => "arithmetic",
        OperatorFamily.Movement => "shape, movement",
        OperatorFamily.Control => "recurrent, control",
        OperatorFamily.Interface => "input, output",
        _ => "other",
    };

    private static Dictionary<string, OperatorFamily> Table(params (OperatorFamily Family, string Names)[] rows) =>
        rows.SelectMany(row => row.Names.Split(' '), (row, name) => (row.Family, name)).ToDictionary(p => p.name, p => p.Family);
}

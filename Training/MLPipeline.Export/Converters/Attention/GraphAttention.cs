using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Attention;

/// <summary>Attention of one form as nodes of a graph. Weights are written as the products read them: transposed.</summary>
internal sealed class GraphAttention(ConversionContext c, AttentionForm form) : IAttentionMath<string>
{
    private readonly nn.Module _module = c.Module<nn.Module>();

    public string Linear(string x, string weight, string bias, long from, long to)
    {
        using var scope = NewDisposeScope();
        var rows = Parameter(weight);
        var columns = (rows.shape[0] == to - from ? rows : rows.slice(0, from, to, 1)).t();
        var product = c.Op("MatMul", [x, c.Constant(GraphBuilder.Data(columns))]);
        if (!c.HasState(bias))
            return product;
        var whole = Parameter(bias).shape[0] == to - from;
        return c.Op("Add", [product, whole ? c.State(bias) : c.Constant(GraphBuilder.Data(Parameter(bias).slice(0, from, to, 1)))]);
    }

    public string Normalize(string x, string layer) =>
        LayerNormalization.Emit(
            new Term(c, x, c.ResultType), [Parameter(layer + ".weight").shape[0]], c.State(layer + ".weight"), c.State(layer + ".bias"), epsilon: 1e-5).Name;

    public string Add(string a, string b) => c.Op("Add", [a, b]);

    public string Activate(string x)
    {
        if (!form.Gelu)
            return c.Op("Relu", [x]);
        if (c.ResultType != ScalarType.Float32)
            throw new ConversionException($"ONNX Runtime has no gelu for {c.ResultType}; convert the module to Float32");
        var erf = c.Op("Erf", [c.Op("Div", [x, Number(Math.Sqrt(2))])]);
        return c.Op("Mul", [c.Op("Mul", [x, c.Op("Add", [erf, Number(1)])]), Number(0.5)]);
    }

    public string Append(string sequence, string row)
    {
        // [1, batch, width]: the batch as the sequence has it.
        var lengths = c.Op("Concat", [c.Vector(1), LengthOf(sequence, 1), c.Vector(_module.get_parameter(row)!.shape[2])], ("axis", 0L));
        return c.Op("Concat", [sequence, c.Op("Expand", [c.State(row), lengths])], ("axis", 0L));
    }

    public (string Output, string? Weights) Attend(
        string q, string k, string v, AttentionMasks<string> masks, bool rowAppended, bool needWeights)
    {
        var query = c.Op("Mul", [Split(q, [1, 2, 0, 3]), Number(1 / Math.Sqrt(HeadWidth))]);
        var key = Split(k, [1, 2, 3, 0]);
        var value = Split(v, [1, 2, 0, 3]);
        if (form.ZeroRow)
            (key, value) = (Extended(key, axis: 3, of: 4, by: 1), Extended(value, axis: 2, of: 4, by: 1));
        var scores = Masked(c.Op("MatMul", [query, key]), masks, (rowAppended ? 1 : 0) + (form.ZeroRow ? 1 : 0));
        var weights = c.Op("Softmax", [scores], ("axis", -1L));
        var output = c.Op("Transpose", [c.Op("MatMul", [weights, value])], ("perm", (long[])[2, 0, 1, 3]));
        return (c.Op("Reshape", [output, c.Vector(0, 0, -1)]), needWeights ? new Term(c, weights, c.ResultType).Reduce("ReduceMean", [1], keepDimension: false).Name : null);
    }

    private static long WidthOf(nn.Module module) => module.named_parameters().First(p => p.name.EndsWith("out_proj.weight", StringComparison.Ordinal)).parameter.shape[0];

    private long HeadWidth => WidthOf(_module) / form.Heads;

    private string Split(string x, long[] order) =>
        c.Op("Transpose", [c.Op("Reshape", [x, c.Vector(0, 0, form.Heads, HeadWidth)])], ("perm", order));

    private string Masked(string scores, AttentionMasks<string> masks, int extra)
    {
        if (masks.Scores is not null)
            scores = c.Op("Add", [scores, extra == 0 ? masks.Scores : Extended(masks.Scores, axis: 1, of: 2, by: extra)]);
        if (masks.Padding is null)
            return scores;
        var padding = masks.Padding;
        if (extra > 0)
            padding = c.Cast(Extended(c.Cast(padding, ScalarType.Bool, ScalarType.Float32), axis: 1, of: 2, by: extra), ScalarType.Float32, ScalarType.Bool);
        return c.Op("Where", [c.Op("Unsqueeze", [padding, c.Vector(1, 2)]), Number(double.NegativeInfinity), scores]);
    }

    // Zeros after the end of one axis.
    private string Extended(string x, int axis, int of, long by)
    {
        var pads = new long[2 * of];
        pads[of + axis] = by;
        return c.Op("Pad", [x, c.Vector(pads)]);
    }

    private string LengthOf(string x, long axis) => c.Op("Gather", [c.Op("Shape", [x]), c.Vector(axis)], ("axis", 0L));

    private string Number(double value) => c.Scalar(value, c.ResultType);

    private Tensor Parameter(string name) => _module.get_parameter(name)!.detach();
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Precision;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Precision;

public class HalfPrecisionTests
{
    // A rounding of float16 is 5e-4; these graphs have a handful in a row.
    private const float Tolerance = 1e-2f;

    /// <summary>Every operator that is said to work in float16, each as a graph of its own on x: float[batch,4,6,6].</summary>
    private static readonly Dictionary<string, Func<Network, string>> Operators = new()
    {
        ["Conv"] = n => n.Conv("c", "x", 4, 8, bias: true),
        ["ConvTranspose"] = n => n.Op("ConvTranspose", ["x", n.Weight("w", 4, 5, 3, 3), n.Weight("b", 5)]),
        ["Gemm"] = n => n.Op("Gemm", [n.Op("Flatten", ["x"]), n.Weight("w", 144, 7), n.Weight("b", 7)]),
        ["MatMul"] = n => n.Op("MatMul", ["x", n.Weight("w", 6, 5)]),
        ["Einsum"] = n => n.Op("Einsum", ["x", n.Weight("w", 6, 5)], ("equation", "bcij,jk->bcik")),
        ["LSTM"] = n => n.Op("LSTM", [Sequence(n), n.Weight("w", 1, 12, 144), n.Weight("r", 1, 12, 3), n.Weight("b", 1, 24)], ("hidden_size", 3L)),
        ["GRU"] = n => n.Op("GRU", [Sequence(n), n.Weight("w", 1, 9, 144), n.Weight("r", 1, 9, 3), n.Weight("b", 1, 18)], ("hidden_size", 3L)),
        ["RNN"] = n => n.Op("RNN", [Sequence(n), n.Weight("w", 1, 3, 144), n.Weight("r", 1, 3, 3), n.Weight("b", 1, 6)], ("hidden_size", 3L)),
        ["Clip"] = n => n.Op("Clip", ["x", n.Constant("low", TensorData.Scalar(-0.5f)), n.Constant("high", TensorData.Scalar(0.5f))]),
        ["Where"] = n => n.Op("Where", [n.Op("Greater", ["x", n.Constant("zero", TensorData.Scalar(0f))]), "x", n.Constant("y", TensorData.Scalar(-0.25f))]),
        ["BatchNormalization"] = n => n.BatchNorm("bn", "x", 4),
        ["InstanceNormalization"] = n => n.Op("InstanceNormalization", ["x", n.Weight("s", 4), n.Weight("b", 4)]),
        ["LayerNormalization"] = n => n.Op("LayerNormalization", ["x", n.Weight("s", 6), n.Weight("b", 6)]),
        ["PRelu"] = n => n.Op("PRelu", ["x", n.Weight("s", 4, 1, 1)]),
        ["MaxPool"] = n => n.Op("MaxPool", ["x"], ("kernel_shape", new[] { 2L, 2L })),
        ["AveragePool"] = n => n.Op("AveragePool", ["x"], ("kernel_shape", new[] { 2L, 2L })),
        ["Reshape"] = n => n.Op("Reshape", ["x", n.Constant("shape", TensorData.Vector(0, -1))]),
        ["Squeeze"] = n => n.Op("Squeeze", [n.Op("GlobalAveragePool", ["x"]), n.Constant("axes", TensorData.Vector(2))]),
        ["Unsqueeze"] = n => n.Op("Unsqueeze", ["x", n.Constant("axes", TensorData.Vector(2))]),
        ["Transpose"] = n => n.Op("Transpose", ["x"], ("perm", new[] { 0L, 3, 1, 2 })),
        ["Concat"] = n => n.Op("Concat", ["x", n.Op("Neg", ["x"])], ("axis", 1L)),
        ["Split"] = n => n.Op("Split", ["x", n.Constant("sizes", TensorData.Vector(4))], ("axis", 1L)),
        ["Slice"] = n => n.Op("Slice", ["x", n.Constant("from", TensorData.Vector(1)), n.Constant("to", TensorData.Vector(5)), n.Constant("axis", TensorData.Vector(2))]),
        ["Gather"] = n => n.Op("Gather", ["x", n.Constant("index", TensorData.Vector(2, 0))], ("axis", 1L)),
        ["GatherElements"] = n => n.Op("GatherElements", ["x", n.Op("ArgMax", ["x"], ("axis", 3L))], ("axis", 3L)),
        ["GatherND"] = n => n.Op("GatherND", ["x", n.Constant("index", TensorData.FromInt64s([1, 2], 1, 2))]),
        ["Expand"] = n => n.Op("Expand", ["x", n.Constant("shape", TensorData.Vector(2, 1, 1, 1, 1))]),
        ["Tile"] = n => n.Op("Tile", ["x", n.Constant("times", TensorData.Vector(1, 2, 1, 1))]),
        ["Pad"] = n => n.Op("Pad", ["x", n.Constant("pads", TensorData.Vector(0, 0, 1, 1, 0, 0, 1, 1)), n.Constant("fill", TensorData.Scalar(0.5f))]),
        ["DepthToSpace"] = n => n.Op("DepthToSpace", ["x"], ("blocksize", 2L)),
        ["SpaceToDepth"] = n => n.Op("SpaceToDepth", ["x"], ("blocksize", 2L)),
        ["Resize"] = n => n.Op("Resize", ["x", "", n.Constant("scales", TensorData.FromFloats([1, 1, 2, 2], 4))], ("mode", "linear")),
    };

    static HalfPrecisionTests()
    {
        foreach (var unary in (string[])[
            "Neg", "Abs", "Relu", "LeakyRelu", "Elu", "Selu", "ThresholdedRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Softsign", "Erf",
            "Softmax", "LogSoftmax", "Floor", "Ceil", "Round", "Sign", "GlobalAveragePool", "GlobalMaxPool", "Identity", "Flatten"])
            Operators[unary] = n => n.Op(unary, ["x"]);
        foreach (var binary in (string[])["Add", "Sub", "Mul", "Div", "Min", "Max"])
            Operators[binary] = n => n.Op(binary, ["x", n.Constant("y", TensorData.FromFloats([0.5f, -2, 3, 4], 4, 1, 1))]);
    }

    // The opset an operator came with, where that is later than the lowest we write.
    private static readonly Dictionary<string, int> Since = new() { ["HardSwish"] = 14, ["LayerNormalization"] = 17 };

    public static TheoryData<string, int> OperatorsAndOpsets =>
        [.. from op in Operators.Keys from opset in (int[])[13, 17, 21] where opset >= Since.GetValueOrDefault(op) select (op, opset)];

    [Theory]
    [MemberData(nameof(OperatorsAndOpsets))]
    public void Operator_computes_in_float16_in_ONNX_Runtime(string op, int opset)
    {
        var (expected, graph) = (Scoring.Run(Single(op), opset), Single(op));
        HalfPrecision.Convert(graph);
        Assert.DoesNotContain(graph.Nodes.Where(n => n.Is(op)), n => n.Inputs.Any(i => graph.Info(i)?.Type == ElementType.Float && i != "scales"));
        Assert.Contains(graph.Nodes, n => n.Is("Cast") && n.Int("to", 0) == (long)ElementType.Float && n.Output == "out");
        Scoring.AssertClose(expected, Scoring.Run(graph, opset), Tolerance);
    }

    [Theory]
    [MemberData(nameof(SampleGraphs.Names), MemberType = typeof(SampleGraphs))]
    public void Graph_keeps_its_numbers_and_its_signature(string name)
    {
        var graph = SampleGraphs.All[name]();
        var expected = Scoring.Run(graph);
        var (inputs, outputs) = (graph.Inputs.ToList(), graph.Outputs.ToList());
        HalfPrecision.Convert(graph);
        Assert.Equal(inputs, graph.Inputs);
        Assert.Equal(outputs, graph.Outputs);
        Scoring.AssertClose(expected, Scoring.Run(graph), Tolerance);
    }

    [Theory]
    [MemberData(nameof(SampleGraphs.Names), MemberType = typeof(SampleGraphs))]
    public void Inputs_and_outputs_become_float16_on_request(string name)
    {
        var graph = SampleGraphs.All[name]();
        var expected = Scoring.Run(graph);
        HalfPrecision.Convert(graph, keepInputsAndOutputs: false);
        Assert.All(graph.Inputs.Concat(graph.Outputs), v => Assert.Equal(ElementType.Float16, v.Type));
        var actual = Scoring.RunHalf(graph);
        Scoring.AssertClose(expected, actual, Tolerance);
    }

    [Fact]
    public void Weights_are_halved_and_nothing_is_cast_inside()
    {
        var graph = SampleGraphs.ResidualBlock();
        GraphPasses.Run(graph);
        HalfPrecision.Convert(graph);
        Assert.All(graph.Initializers.Values, w => Assert.Equal(ElementType.Float16, w.Type));
        Assert.Equal("Cast Conv Relu Conv Conv Add Relu Cast", string.Join(' ', graph.Nodes.Select(n => n.OpType)));
    }

    [Fact]
    public void Variance_and_its_epsilon_never_pass_through_float16()
    {
        var net = new Network("batch", 3);
        var centred = net.Op("Sub", ["x", net.Op("ReduceMean", ["x"], ("axes", new[] { 1L }))]);
        var variance = net.Op("ReduceMean", [net.Op("Mul", [centred, centred])], ("axes", new[] { 1L }));
        var deviation = net.Op("Sqrt", [net.Op("Add", [variance, net.Constant("eps", TensorData.Scalar(1e-12f))])]);
        var normal = net.Op("Div", [centred, deviation]);
        var graph = net.Returns(net.Op("MatMul", [normal, net.Weight("w", 3, 2)]), "batch", 2);
        var report = HalfPrecision.Convert(graph);
        Assert.Equal(["Cast", "MatMul", "Cast"], graph.Nodes.Where(n => n.Inputs.Any(i => i.EndsWith(".half", StringComparison.Ordinal)) || n.Is("Cast")).Select(n => n.OpType));
        Assert.Equal(["ReduceMean", "Sub", "Mul", "ReduceMean", "Add", "Sqrt", "Div"], report.Kept.Select(k => k.OpType));
        Assert.Contains("computed in float32", report.Kept[1].Text);
    }

    [Fact]
    public void Small_number_of_its_own_that_would_become_zero_keeps_its_node_in_float32()
    {
        var net = new Network("batch", 3);
        var graph = net.Returns(net.Op("Div", ["x", net.Op("Add", [net.Op("Abs", ["x"]), net.Constant("eps", TensorData.Scalar(1e-12f))])]), "batch", 3);
        Assert.Contains(HalfPrecision.Convert(graph).Kept, k => k.OpType == "Add" && k.Text == "%eps is 1E-12, which float16 rounds to zero");
    }

    [Fact]
    public void Weight_beyond_the_range_keeps_its_node_in_float32()
    {
        var net = new Network("batch", 2);
        var graph = net.Returns(net.Op("MatMul", ["x", net.Constant("w", TensorData.FromFloats([1, 70000, 3, 4], 2, 2))]), "batch", 2);
        var expected = Scoring.Run(graph);
        Assert.Equal("%w has the value 70000; float16 ends at 65504", HalfPrecision.Convert(graph).Kept.Single().Text);
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Theory]
    [InlineData(-1e9f, -65504f)]
    [InlineData(float.MinValue, -65504f)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void Mask_of_a_large_number_is_the_largest_there_is_and_softmax_of_it_is_zero(float mask, float expected)
    {
        var net = new Network("batch", 3);
        var far = net.Op("Greater", ["x", net.Constant("zero", TensorData.Scalar(0f))]);
        var graph = net.Returns(net.Op("Softmax", [net.Op("Where", [far, "x", net.Constant("mask", TensorData.Scalar(mask))])]), "batch", 3);
        var numbers = Scoring.Run(graph);
        HalfPrecision.Convert(graph);
        Assert.Equal((Half)expected, graph.Initializers["mask.half"].AsSpan<Half>()[0]);
        Scoring.AssertClose(numbers, Scoring.Run(graph), Tolerance);
    }

    [Theory]
    [InlineData("Add", 100000f)]
    [InlineData("Add", 1e9f)]
    [InlineData("Where", -100000f)]
    [InlineData("Max", 100000f)]
    public void Number_beyond_the_range_that_is_no_mask_and_no_bound_keeps_its_node_in_float32(string op, float value)
    {
        var net = new Network("batch", 3);
        var number = net.Constant("c", TensorData.Scalar(value));
        var far = op == "Where" ? [net.Op("Greater", ["x", net.Constant("zero", TensorData.Scalar(0f))])] : Array.Empty<string>();
        var graph = net.Returns(net.Op("Sub", [net.Op(op, [.. far, net.Op("Relu", ["x"]), number]), number]), "batch", 3);
        var expected = Scoring.Run(graph);
        Assert.Contains(HalfPrecision.Convert(graph).Kept, k => k.OpType == op && k.Text == $"%c has the value {value}; float16 ends at 65504");
        Scoring.AssertClose(expected, Scoring.Run(graph), Tolerance);
    }

    [Fact]
    public void Mask_that_is_added_is_the_smallest_number_there_is()
    {
        var net = new Network("batch", 3);
        var far = net.Op("Add", [net.Op("Relu", ["x"]), net.Constant("mask", TensorData.Scalar(-1e9f))]);
        var graph = net.Returns(net.Op("Softmax", [net.Op("Concat", ["x", far], ("axis", 1L))]), "batch", 6);
        var expected = Scoring.Run(graph);
        Assert.Empty(HalfPrecision.Convert(graph).Kept);
        Assert.Equal(Half.MinValue, graph.Initializers["mask.half"].AsSpan<Half>()[0]);
        Scoring.AssertClose(expected, Scoring.Run(graph), Tolerance);
    }

    [Fact]
    public void Reader_of_a_value_whose_type_is_not_known_stays_in_float32()
    {
        var net = new Network("batch", 3);
        var sum = net.Op("Add", [net.Op("Relu", ["x"]), net.Op("Cosh", ["x"])]);
        var graph = net.Returns(net.Op("MatMul", [sum, net.Weight("w", 3, 2)]), "batch", 2);
        var expected = Scoring.Run(graph);
        Assert.Contains(HalfPrecision.Convert(graph).Kept, k => k.OpType == "Add" && k.Text == "the type of %cosh, which it reads, is not known");
        Scoring.AssertClose(expected, Scoring.Run(graph), Tolerance);
    }

    [Fact]
    public void Place_or_condition_whose_type_is_not_known_does_not_matter()
    {
        var net = new Network("batch", 3);
        net.Graph.Add("TopK", ["x", net.Constant("k", TensorData.Vector(2))], ["top", "places"]);
        var graph = net.Returns(net.Op("GatherElements", [net.Op("Relu", ["x"]), "places"], ("axis", 1L)), "batch", 2);
        var expected = Scoring.Run(graph);
        Assert.Equal(2, HalfPrecision.Convert(graph).HalfNodes);
        Scoring.AssertClose(expected, Scoring.Run(graph), Tolerance);
    }

    [Fact]
    public void Integers_and_scales_are_left_alone()
    {
        var graph = Single("Resize");
        HalfPrecision.Convert(graph);
        Assert.Equal(ElementType.Float, graph.Initializers["scales"].Type);
        graph = Single("Gather");
        HalfPrecision.Convert(graph);
        Assert.Equal(ElementType.Int64, graph.Initializers["index"].Type);
    }

    private static Graph Single(string op)
    {
        var net = new Network("batch", 4, 6, 6);
        var value = Operators[op](net);
        net.Graph.Add("Identity", [value], ["out"]);
        net.Graph.Outputs.Add(new ValueInfo("out", ElementType.Float, null));
        return net.Graph;
    }

    private static string Sequence(Network net) => net.Op("Unsqueeze", [net.Op("Flatten", ["x"]), net.Constant("front", TensorData.Vector(0))]);
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

/// <summary>Ways in which optimisers of other exporters shipped files that load and answer wrongly: none of them is open here.</summary>
public class WrongExportsTests
{
    private static readonly Dim[] Image = ["batch", 4, 6, 6];

    // pytorch#174042: the fused bias was named after the convolution's input, so that two on one input shared one.
    [Fact]
    public void Two_convolutions_on_one_input_get_a_bias_each()
    {
        var net = new Network(Image);
        var (a, b) = (net.BatchNorm("bn1", net.Conv("conv1", "x", 4, 4), 4), net.BatchNorm("bn2", net.Conv("conv2", "x", 4, 4), 4));
        var graph = Unchanged(net.Returns(net.Op("Add", [a, b]), Image));
        Assert.Equal(2, graph.Nodes.Where(n => n.Is("Conv")).Select(n => n.Input(2)).Distinct().Count());
    }

    // onnxscript PR 3027: folded as if alpha and beta were 1.
    public static TheoryData<float, float, long, bool> Gemms => [.. from alpha in new[] { 1f, 0.5f } from beta in new[] { 1f, 3f } from transB in new[] { 0L, 1L } from c in new[] { false, true } select (alpha, beta, transB, c)];

    [Theory]
    [MemberData(nameof(Gemms))]
    public void Normalisation_folds_into_a_gemm_of_any_attributes_from_either_side(float alpha, float beta, long transB, bool summand)
    {
        var net = new Network("batch", 3);
        string[] inputs = [net.BatchNorm("before", "x", 3), transB == 1 ? net.Weight("w", 5, 3) : net.Weight("w", 3, 5), .. summand ? [net.Weight("c", 5)] : Array.Empty<string>()];
        var gemm = net.Op("Gemm", inputs, ("alpha", alpha), ("beta", beta), ("transB", transB));
        Assert.Equal("Gemm", Operators(Unchanged(net.Returns(net.BatchNorm("after", gemm, 5), "batch", 5))));
    }

    [Fact]
    public void Normalisation_does_not_fold_into_a_gemm_that_transposes_what_it_reads()
    {
        var net = new Network(5, 5);
        var gemm = net.Op("Gemm", [net.BatchNorm("bn", "x", 5), net.Weight("w", 5, 5)], ("transA", 1L));
        Assert.Equal("BatchNormalization Gemm", Operators(Unchanged(net.Returns(gemm, 5, 5))));
    }

    // onnxruntime-qnn PR 582: one bias behind two normalisations, changed by the first fold.
    [Fact]
    public void Constants_that_two_normalisations_share_are_never_changed()
    {
        var net = new Network(Image);
        var (bias, mean, variance) = (net.Weight("b", 4), net.Weight("mean", 4), net.Constant("var", TensorData.FromFloats([1, 2, 3, 4], 4)));
        var before = net.Graph.Initializers.ToDictionary(i => i.Key, i => i.Value.Bytes.ToArray());
        string Layer(string x, string name) =>
            net.Op("BatchNormalization", [net.Op("Conv", [x, net.Weight($"{name}.w", 4, 4, 1, 1), bias]), net.Weight($"{name}.gamma", 4), bias, mean, variance]);
        var tensors = net.Graph.Initializers;

        var graph = Unchanged(net.Returns(net.Op("Sub", [Layer("x", "one"), Layer("x", "two")]), Image));

        Assert.Equal(2, graph.Nodes.Where(n => n.Is("Conv")).Select(n => n.Input(2)).Distinct().Count());
        Assert.All(before, b => Assert.True(!tensors.TryGetValue(b.Key, out var now) || now.Bytes.Span.SequenceEqual(b.Value)));
    }

    // onnxscript#2728: a second reader, or the caller, still wants the value before the fold.
    [Theory]
    [InlineData("Conv", true)]
    [InlineData("Conv", false)]
    [InlineData("BatchNormalization", true)]
    [InlineData("BatchNormalization", false)]
    [InlineData("Mul", true)]
    [InlineData("Mul", false)]
    public void Value_that_is_read_twice_stays_what_it_was(string shared, bool asOutput)
    {
        var net = new Network(Image);
        var first = shared switch
        {
            "Conv" => net.Conv("conv1", "x", 4, 4, kernel: 1),
            "Mul" => net.Op("Mul", ["x", net.Weight("scale", 4, 1, 1)]),
            _ => net.BatchNorm("bn", "x", 4),
        };
        var second = shared == "Conv" ? net.BatchNorm("bn", first, 4) : net.Conv("conv2", first, 4, 4, kernel: 1);
        Unchanged(asOutput ? net.Returns((first, Image), (second, Image)) : net.Returns(net.Op("Add", [first, second]), Image));
    }

    // onnxscript#2810, #2728: the optimiser dropped an axes input, an output, a cast that was needed.
    [Fact]
    public void Inputs_that_say_which_axes_stay()
    {
        var net = new Network("batch", 1, 4);
        var y = net.Op("Squeeze", [net.Op("Relu", ["x"]), net.Constant("axes", TensorData.Vector(1))]);
        var graph = Unchanged(net.Returns(net.Op("ReduceSum", [y, net.Constant("sum.axes", TensorData.Vector(-1))]), "batch", 1));
        Assert.All(graph.Nodes.Where(n => n.Is("Squeeze") || n.Is("ReduceSum")), n => Assert.NotNull(graph.Constant(n.Input(1))));
    }

    [Fact]
    public void Outputs_stay_all_of_them_in_their_order()
    {
        var net = new Network(Image);
        var y = net.Op("Relu", ["x"]);
        var (copy, same) = (net.Op("Identity", [y]), net.Op("Relu", ["x"]));
        var outputs = Unchanged(net.Returns((copy, Image), (y, Image), (same, Image))).Outputs.Select(o => o.Name);
        Assert.Equal([copy, y, same], outputs);
    }

    [Theory]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Float16)]
    public void Cast_that_loses_digits_stays(ElementType narrow)
    {
        var net = new Network("batch", 4);
        var y = net.Op("Cast", [net.Op("Mul", ["x", net.Constant("many", TensorData.Scalar(1000.3f))])], ("to", (long)narrow));
        Assert.Equal("Mul Cast Cast", Operators(Unchanged(net.Returns(net.Op("Cast", [y], ("to", (long)ElementType.Float)), "batch", 4))));
    }

    [Fact]
    public void Names_are_unique_after_every_pass()
    {
        foreach (var (_, create) in SampleGraphs.All)
        {
            var graph = create();
            foreach (var pass in GraphPasses.Ordered(new PassOptions()))
            {
                // The pipeline validates after each, and a name that comes twice is not valid.
                new PassPipeline([pass]).Run(graph);
                string[] names = [.. graph.Initializers.Keys, .. graph.Inputs.Select(i => i.Name), .. graph.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0)];
                Assert.Distinct(names);
                Assert.Distinct(graph.Nodes.Select(n => n.Name));
            }
        }
    }

    private static Graph Unchanged(Graph graph)
    {
        var expected = Scoring.Run(graph);
        GraphPasses.Run(graph);
        Scoring.AssertClose(expected, Scoring.Run(graph));
        return graph;
    }

    private static string Operators(Graph graph) => string.Join(' ', graph.Nodes.Select(n => n.OpType));
}

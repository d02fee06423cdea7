using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;
using static MLPipeline.Onnx.Tests.Fixtures.RewritingGraphs;

namespace MLPipeline.Onnx.Tests.Passes;

/// <summary>What passes share, combine and move, and what they leave. Their numbers are checked in <see cref="PassTheoryTests"/>.</summary>
public class RewritingTests
{
    private static readonly Dim[] Image = ["batch", 4, 6, 6];

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Graph_becomes_what_is_left_of_it(string name)
    {
        var graph = All[name].Create();
        GraphPasses.Run(graph);
        Assert.Equal(All[name].Left, Operators(graph));
    }

    public static TheoryData<string, Func<Graph>> Declined => new()
    {
        { "the result of Conv 'conv/Conv' has other readers", () => Of(Image, n => { var y = n.Conv("conv", "x", 4, 6, kernel: 1); return n.Op("Concat", [Average(n, y), Average(n, n.Op("Relu", [y]))], ("axis", 1L)); }) },
        { "the result of Sigmoid 'Sigmoid' has other readers", () => Of(Image, n => { var y = n.Op("Sigmoid", ["x"]); return n.Op("Add", [y, n.Op("Resize", [Maximum(n, y), "", n.Constant("scales", TensorData.FromFloats([1, 1, 2, 2], 4))], ("mode", "nearest"))]); }) },
        { "it pads with 1", () => Of(Image, n => n.Conv("conv", Pad(n, "x", [0, 0, 1, 1, 0, 0, 1, 1], 1), 4, 2)) },
        { "it pads with 0", () => Of(Image, n => Maximum(n, Pad(n, "x", [0, 0, 1, 1, 0, 0, 1, 1]))) },
        { "it cuts off", () => Of(Image, n => n.Conv("conv", Pad(n, "x", [0, 0, -1, 0, 0, 0, 0, 0]), 4, 2)) },
        { "other axes than the spatial ones", () => Of(Image, n => n.Conv("conv", Pad(n, "x", [0, 1, 1, 1, 0, 0, 1, 1]), 5, 2)) },
        { "does not count its own padding", () => Of(Image, n => Average(n, Pad(n, "x", [0, 0, 1, 1, 0, 0, 0, 0]), ("pads", new long[] { 0, 0, 1, 1 }))) },
        { "it pads as much as the kernel is long", () => Of(Image, n => Average(n, Pad(n, "x", [0, 0, 2, 2, 0, 0, 0, 0]))) },
        { "its indices, which are read", () => Of(Image, MaximumAndPlace) },
        { "gives the same, but", () => Same(bothReturned: true) },
    };

    [Theory]
    [MemberData(nameof(Declined))]
    public void What_would_not_be_exact_stays_with_its_reason(string reason, Func<Graph> create)
    {
        var graph = create();
        var (before, expected) = (Operators(graph), Scoring.Run(graph));

        var report = GraphPasses.Run(graph);

        Assert.Contains(report.Passes.SelectMany(p => p.Kept), kept => kept.Text.Contains(reason));
        Assert.Equal(before, Operators(graph));
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    public static TheoryData<string, Func<Graph>> NotAbout => new()
    {
        { "pooling that counts its padding, behind a conv with a bias", () => Of(Image, n => Average(n, n.Conv("conv", "x", 4, 6, kernel: 1, bias: true), ("pads", new long[] { 1, 1, 0, 0 }), ("count_include_pad", 1L))) },
        { "pooling behind a depthwise conv", () => Of(Image, n => Average(n, n.Conv("conv", "x", 4, 4, kernel: 1, group: 4))) },
        { "pooling behind a conv of more places", () => Of(Image, n => Average(n, n.Conv("conv", "x", 4, 6))) },
        { "pooling that leaves as many places", () => Of(Image, n => n.Op("MaxPool", [n.Op("Sigmoid", ["x"])], ("kernel_shape", new long[] { 2, 2 }))) },
        { "activation that falls and rises", () => Of(Image, n => Maximum(n, n.Op("Abs", ["x"]))) },
        { "transposes that do not cancel across an activation", () => Of(Image, n => Transpose(n, n.Op("Relu", [Transpose(n, "x", 0, 2, 3, 1)]), 0, 2, 1, 3)) },
        { "reshape that copies an axis another reshape has made", () => Of(["batch", 4, 6], n => Reshape(n, Reshape(n, "x", -1, 12), 0, 2, 6)) },
        { "zero added, which turns -0 into 0", () => Of(["batch", 4], n => n.Op("Add", ["x", n.Constant("zero", TensorData.Scalar(0f))])) },
        { "factor of one that makes a row of a number", () => Of([], n => n.Op("Mul", ["x", n.Constant("one", TensorData.FromFloats([1], 1))]), rank: 1) },
        { "random numbers", () => Of(["batch", 4], n => n.Op("Add", [n.Op("RandomNormalLike", ["x"]), n.Op("RandomNormalLike", ["x"])])) },
        { "other attributes", () => Of(["batch", 4], n => n.Op("Add", [n.Op("LeakyRelu", ["x"], ("alpha", 0.1f)), n.Op("LeakyRelu", ["x"], ("alpha", 0.2f))])) },
        { "splits into as many parts as there are outputs", () => Of(["batch", 4], Splits) },
        { "cast that loses digits", () => Of(["batch", 4], n => n.Op("Cast", [n.Op("Cast", ["x"], ("to", (long)ElementType.Float16))], ("to", (long)ElementType.Float))) },
    };

    [Theory]
    [MemberData(nameof(NotAbout))]
    public void What_looks_alike_but_is_not_stays(string what, Func<Graph> create)
    {
        Assert.NotEmpty(what);
        var graph = create();
        var before = Operators(graph);
        GraphPasses.Run(graph);
        Assert.Equal(before, Operators(graph));
    }

    [Fact]
    public void Equal_constants_become_the_first_of_them()
    {
        var graph = All["equal weights and equal products"].Create();
        GraphPasses.Run(graph);
        Assert.Equal("w", Assert.Single(graph.Initializers).Key);
    }

    [Fact]
    public void Equal_results_stay_two_where_each_is_an_output_and_one_where_one_is()
    {
        var graph = Same(bothReturned: false);
        GraphPasses.Run(graph);
        Assert.Equal("Relu Neg", Operators(graph));
        Assert.Equal(2, graph.Outputs.Count);
    }

    private static Graph Same(bool bothReturned)
    {
        var net = new Network("batch", 4);
        var (a, b) = (net.Op("Relu", ["x"]), net.Op("Relu", ["x"]));
        Dim[] shape = ["batch", 4];
        return bothReturned ? net.Returns((a, shape), (b, shape)) : net.Returns((a, shape), (net.Op("Neg", [b]), shape));
    }

    private static string MaximumAndPlace(Network net)
    {
        var pad = Pad(net, "x", [0, 0, 1, 1, 0, 0, 1, 1], float.NegativeInfinity);
        net.Graph.Add("MaxPool", [pad], ["maximum", "place"], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        return net.Op("Add", ["maximum", net.Op("Cast", ["place"], ("to", (long)ElementType.Float))]);
    }

    // Up to opset 17 the number of outputs alone says how long each is.
    private static string Splits(Network net)
    {
        net.Graph.Add("Split", ["x"], ["a", "b", "c", "d"], ("axis", 1L));
        net.Graph.Add("Split", ["x"], ["e", "f"], ("axis", 1L));
        return net.Op("Concat", ["a", "b", "c", "d", "e", "f"], ("axis", 1L));
    }

    private static string Operators(Graph graph) => string.Join(' ', graph.Nodes.Select(n => n.OpType));
}

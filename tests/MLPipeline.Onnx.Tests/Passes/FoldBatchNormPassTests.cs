using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

public class FoldBatchNormPassTests
{
    [Theory]
    [InlineData("conv, batch norm", 1)]
    [InlineData("conv with bias, batch norm", 1)]
    [InlineData("conv in groups, batch norm", 1)]
    [InlineData("depthwise conv, batch norm", 1)]
    [InlineData("strided, dilated conv, batch norm", 1)]
    [InlineData("transposed conv in groups, batch norm", 1)]
    [InlineData("linear, batch norm", 1)]
    [InlineData("gemm of every attribute, batch norm", 1)]
    [InlineData("gemm without C, batch norm", 1)]
    [InlineData("gemm with a scalar C, batch norm", 1)]
    [InlineData("gemm with a row C, batch norm", 1)]
    [InlineData("matmul, add, batch norm", 1)]
    [InlineData("matmul, batch norm", 1)]
    [InlineData("batch norm before a conv without padding", 1)]
    [InlineData("batch norm before a conv in groups", 1)]
    [InlineData("batch norm that only scales before a padded conv", 1)]
    [InlineData("batch norm before a transposed conv of one place", 1)]
    [InlineData("batch norm that only scales before a transposed conv in groups", 1)]
    [InlineData("batch norm before a gemm of every attribute", 1)]
    [InlineData("batch norm before a matmul", 1)]
    [InlineData("batch norm, flatten, gemm", 1)]
    [InlineData("residual block with downsample", 3)]
    [InlineData("batch norm as graph output, behind identities", 1)]
    public void Every_legal_case_folds(string name, int folded)
    {
        var graph = SampleGraphs.All[name]();

        var report = GraphPasses.Run(graph);

        Assert.Equal(folded, report.FoldedBatchNormalizations.Count);
        Assert.Empty(report.KeptBatchNormalizations);
        Assert.DoesNotContain(graph.Nodes, n => n.Is("BatchNormalization"));
        Assert.DoesNotContain(graph.Initializers.Keys, k => k.Contains("running_"));
    }

    [Fact]
    public void Folded_conv_takes_the_place_and_the_output_of_the_normalisation()
    {
        var net = new Network("batch", 4, 6, 6);
        var graph = net.Returns(net.Op("Relu", [net.BatchNorm("bn", net.Conv("conv", "x", 4, 12, group: 4), 12)]), "batch", 12, 6, 6);

        GraphPasses.Run(graph);

        Assert.Equal(
            """
            graph net (%x: float[batch,4,6,6])
              const %conv.weight.folded: float[12,1,3,3]
              const %conv.bias.folded: float[12]
              %bn = Conv(%x, %conv.weight.folded, %conv.bias.folded) {kernel_shape=[3,3], pads=[1,1,1,1], group=4}
              %relu: float[batch,12,6,6] = Relu(%bn)
              return %relu: float[batch,12,6,6]

            """.ReplaceLineEndings("\n"),
            GraphPrinter.Print(graph));
    }

    [Fact]
    public void Weights_are_worked_out_in_double_and_rounded_once()
    {
        var graph = SampleGraphs.ConvNorm(bias: true);
        double[] Of(string name) => graph.Initializers[name].ToDoubles();
        var (weight, bias, gamma, beta, mean, variance) = (Of("conv.weight"), Of("conv.bias"), Of("bn.weight"), Of("bn.bias"), Of("bn.running_mean"), Of("bn.running_var"));

        GraphPasses.Run(graph);

        double Scale(int c) => gamma[c] / Math.Sqrt(variance[c] + (double)1e-3f);
        Assert.Equal(weight.Select((w, i) => (float)(w * Scale(i / 36))), graph.Initializers["conv.weight.folded"].AsSpan<float>().ToArray());
        Assert.Equal(bias.Select((b, c) => (float)((beta[c] - mean[c] * Scale(c)) + Scale(c) * b)), graph.Initializers["conv.bias.folded"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Shared_constants_are_left_as_they_are()
    {
        var net = new Network("batch", 4, 6, 6);
        var (weight, bias, gamma, beta) = (net.Weight("w", 4, 4, 1, 1), net.Weight("b", 4), net.Weight("gamma", 4), net.Weight("beta", 4));
        var (mean, variance) = (net.Weight("mean", 4), net.Constant("var", TensorData.FromFloats([1, 2, 3, 4], 4)));
        string Layer(string x) => net.Op("BatchNormalization", [net.Op("Conv", [x, weight, bias]), gamma, beta, mean, variance]);
        var first = net.Op("Conv", ["x", weight, bias]);
        var graph = net.Returns((Layer(Layer(first)), ["batch", 4, 6, 6]), (first, ["batch", 4, 6, 6]));
        var (before, expected) = (graph.Initializers["w"], Scoring.Run(graph));

        var report = GraphPasses.Run(graph);

        Assert.Equal(2, report.FoldedBatchNormalizations.Count);
        Assert.Same(before, graph.Initializers["w"]);
        Assert.Equal(["w", "b"], graph.Nodes.First(n => n.Is("Conv")).Inputs.Skip(1));
        // Both layers fold to the same numbers, which they share then.
        Assert.Equal(2, graph.Nodes.Where(n => n.Is("Conv")).Select(n => n.Input(1)).Distinct().Count());
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Fact]
    public void Dense_block_folds_what_follows_a_convolution_and_says_why_the_rest_stays()
    {
        var graph = SampleGraphs.DenseBlock();

        var report = GraphPasses.Run(graph);

        Assert.Equal(
            ["norm0", "layer1.norm2", "layer2.norm2"],
            report.FoldedBatchNormalizations.Select(n => n.Split('/')[0]));
        // norm0's result is the first feature map, and layer1.norm1 reads it directly: a normalisation of a normalisation.
        Assert.Equal(
            ["layer1.norm1: the result of Conv 'conv0/Conv' has other readers", "layer2.norm1: Concat 'Concat' before it", "norm: Concat 'Concat_1' before it"],
            report.KeptBatchNormalizations.Select(k => $"{k.Node.Split('/')[0]}: {k.Text.Replace(" is not linear with weights of its own", "")}"));
    }

    [Theory]
    [MemberData(nameof(IllegalCases))]
    public void Illegal_case_stays_with_its_reason(string reason, Func<Graph> create)
    {
        var graph = create();
        var printed = GraphPrinter.Print(graph);

        var report = new PassPipeline([new FoldBatchNormPass()]).Run(graph);

        Assert.Empty(report.FoldedBatchNormalizations);
        Assert.Contains(reason, Assert.Single(report.KeptBatchNormalizations).Text);
        Assert.Equal(printed, GraphPrinter.Print(graph));
    }

    public static TheoryData<string, Func<Graph>> IllegalCases => new()
    {
        { "has other readers", () => Norm(alsoReads: true) },
        { "is also a graph output", () => Norm(alsoReturns: true) },
        { "has other readers", CapturedByBody },
        { "training mode", () => Norm(("training_mode", 1L)) },
        { "running statistics are outputs", () => Changed(n => n.WithOutputs([n.Output, "mean_out", "var_out"])) },
        { "%x, which no node makes", () => Changed(n => n.WithInputs(n.Inputs.Skip(1).Prepend("x"))) },
        { "not one value per column", () => SampleGraphs.GemmNorm([3, 5]) },
        { "not one value per column", () => SampleGraphs.GemmNorm([3, 1]) },
        { "channel 1 has no finite scale: its variance is -1", () => Variance(-1) },
        { "do not fit float", () => Variance(0, gamma: 1e38f, epsilon: 1e-12f) },
        { "%conv.weight of Conv 'conv/Conv' are no constant", Overridable },
        { "into the node after it: it shifts, and the convolution is padded", () => Before(n => n.Conv("conv", n.BatchNorm("bn", "x", 4), 4, 6)) },
        { "into the node after it: it shifts, and not every place of a transposed convolution", () => Before(n => FoldingGraphs.Transposed(n, n.BatchNorm("bn", "x", 4), 2, 1)) },
        { "into the node after it: its result has other readers", () => Before(n => { var y = n.BatchNorm("bn", "x", 4); return n.Op("Add", [y, n.Conv("conv", y, 4, 4, kernel: 1)]); }) },
        { "is not known to multiply matrices", () => Before(n => n.Op("MatMul", [n.BatchNorm("bn", "x", 4), n.Weight("w", 6, 5)])) },
        { "Relu 'Relu' before it is not linear", () => Before(n => n.Op("Relu", [n.BatchNorm("bn", n.Op("Relu", [n.Conv("conv", "x", 4, 4)]), 4)])) },
    };

    [Fact]
    public void Folding_switched_off_leaves_every_normalisation()
    {
        var graph = SampleGraphs.ResidualBlock();
        var report = GraphPasses.Run(graph, new PassOptions { FoldBatchNormalization = false });
        Assert.Empty(report.FoldedBatchNormalizations);
        Assert.Equal(3, graph.Nodes.Count(n => n.Is("BatchNormalization")));
    }

    private static Graph Norm(params (string, AttributeValue)[] attributes) => Norm(false, false, attributes);

    private static Graph Norm(bool alsoReads = false, bool alsoReturns = false, params (string, AttributeValue)[] attributes)
    {
        var net = new Network("batch", 4, 6, 6);
        var conv = net.Conv("conv", "x", 4, 4);
        List<(string, Dim[])> outputs = [(net.BatchNorm("bn", conv, 4, attributes), ["batch", 4, 6, 6])];
        if (alsoReads) outputs.Add((net.Op("Relu", [conv]), ["batch", 4, 6, 6]));
        if (alsoReturns) outputs.Add((conv, ["batch", 4, 6, 6]));
        return net.Returns([.. outputs]);
    }

    private static Graph Changed(Func<Node, Node> change)
    {
        var graph = Norm();
        var norm = graph.Nodes.Single(n => n.Is("BatchNormalization"));
        graph.Nodes.Replace(norm, change(norm));
        return graph;
    }

    private static Graph CapturedByBody()
    {
        var graph = Norm();
        Graph Body(string name)
        {
            var body = new Graph(name);
            body.Add("Identity", ["conv"], [$"{name}.out"]);
            body.Outputs.Add(new ValueInfo($"{name}.out", ElementType.Float, null));
            return body;
        }

        graph.Initializers.Add("condition", TensorData.Scalar(true));
        graph.Add("If", ["condition"], ["either"], ("then_branch", new AttributeValue.Graph(Body("a"))), ("else_branch", new AttributeValue.Graph(Body("b"))));
        graph.Outputs.Add(new ValueInfo("either", ElementType.Float, null));
        return graph;
    }

    private static Graph Variance(float value, float gamma = 1, float epsilon = 1e-5f)
    {
        var graph = Changed(n => n.WithAttribute("epsilon", epsilon));
        graph.Initializers["bn.running_var"] = TensorData.FromFloats([1, value, 1, 1], 4);
        graph.Initializers["bn.weight"] = TensorData.FromFloats([1, gamma, 1, 1], 4);
        return graph;
    }

    private static Graph Before(Func<Network, string> build)
    {
        var net = new Network("batch", 4, 6, 6);
        return net.Returns(build(net), default(Dim), default(Dim), default(Dim), default(Dim));
    }

    private static Graph Overridable()
    {
        var graph = Norm();
        graph.Inputs.Add(new ValueInfo("conv.weight", ElementType.Float, [4, 4, 3, 3]));
        return graph;
    }
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

public class FoldArithmeticPassTests
{
    [Theory]
    [InlineData("pixel scaling before a padded conv", "Conv")]
    [InlineData("mean and deviation before a conv without padding", "Conv")]
    [InlineData("mean and deviation before a padded conv", "Sub Conv")]
    [InlineData("scale and shift before a conv in groups", "Conv")]
    [InlineData("scale and shift, flatten, gemm", "Flatten Gemm")]
    [InlineData("scale and shift after a conv", "Conv")]
    [InlineData("difference and quotient after a conv", "Conv")]
    [InlineData("constant less a conv", "Conv")]
    [InlineData("scale after a transposed conv in groups", "ConvTranspose")]
    [InlineData("matmul, add", "Gemm")]
    [InlineData("scale before and after a matmul of three axes", "MatMul")]
    [InlineData("layer scale after a linear layer of three axes", "MatMul Add")]
    [InlineData("chains of factors and of summands", "Mul Relu Add")]
    public void Arithmetic_folds_where_it_is_exact(string name, string operators)
    {
        var graph = SampleGraphs.All[name]();
        var expected = Scoring.Run(graph);

        GraphPasses.Run(graph);

        Assert.Equal(operators, string.Join(' ', graph.Nodes.Select(n => n.OpType)));
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Fact]
    public void Shift_before_a_padded_convolution_stays_with_its_reason()
    {
        var report = GraphPasses.Run(SampleGraphs.Scaled(3, ("Add", [])));
        var kept = report.Passes.Single(p => p.Pass == nameof(FoldArithmeticPass)).Kept;
        Assert.Equal("it shifts, and the convolution is padded", Assert.Single(kept).Text);
    }

    [Theory]
    [InlineData(new long[] { 6 })] // One value per column of the image.
    [InlineData(new long[] { 6, 6 })]
    [InlineData(new long[] { 4, 6, 6 })]
    public void Scale_that_differs_within_a_channel_stays(long[] constant)
    {
        var graph = SampleGraphs.Scaled(3, ("Mul", constant));
        Assert.Equal(0, GraphPasses.Run(graph).Changes);
    }

    [Fact]
    public void Scale_with_a_second_reader_stays()
    {
        var net = new Network("batch", 4, 6, 6);
        var scaled = net.Op("Mul", ["x", net.Weight("scale")]);
        var conv = net.Conv("conv", scaled, 4, 4);
        var graph = net.Returns(net.Op("Add", [conv, scaled]), "batch", 4, 6, 6);

        var report = GraphPasses.Run(graph);

        Assert.Equal(0, report.Changes);
        Assert.Contains(report.Passes.SelectMany(p => p.Kept), k => k.Text == "its result has other readers than the node after it");
    }

    // 1.5 * 2^23: what is added and taken away again rounds to integers.
    [Theory]
    [InlineData("Add", "Sub", false)]
    [InlineData("Sub", "Add", false)]
    [InlineData("Add", "Sub", true)]
    public void Summands_that_round_stay(string first, string second, bool before)
    {
        var net = new Network("batch", 4, 6, 6);
        var large = net.Constant("large", TensorData.Scalar(12582912f));
        string Rounded(string x) => net.Op(second, [net.Op(first, [x, large]), large]);
        var graph = net.Returns(before ? net.Conv("conv", Rounded("x"), 4, 4, kernel: 1) : Rounded(net.Conv("conv", "x", 4, 4)), "batch", 4, 6, 6);
        var expected = Scoring.Run(graph);

        var report = GraphPasses.Run(graph);

        Assert.Equal(0, report.Changes);
        Assert.Contains(report.Passes.SelectMany(p => p.Kept), k => k.Text.EndsWith("next to it has the opposite sign", StringComparison.Ordinal));
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Theory]
    [InlineData("Gemm")]
    [InlineData("Conv")]
    public void Summand_that_cancels_next_to_what_it_is_added_to_stays(string linear)
    {
        var net = new Network(linear == "Conv" ? ["batch", 4, 6, 6] : ["batch", 4]);
        // x is drawn from -1 to 1: a time of day in seconds around 1.7e9, in steps of a float.
        var time = net.Op("Add", [net.Op("Round", [net.Op("Mul", ["x", net.Constant("range", TensorData.Scalar(1e5f))])]), net.Constant("origin", TensorData.Scalar(1.7e9f))]);
        var days = net.Op("Div", [net.Op("Sub", [net.Op("Abs", [time]), net.Constant("mean", TensorData.Scalar(1.7e9f))]), net.Constant("deviation", TensorData.Scalar(1e5f))]);
        var y = linear == "Conv" ? net.Conv("conv", days, 4, 3, kernel: 1) : net.Op("Gemm", [days, net.Weight("w", 4, 3), net.Weight("b", 3)]);
        var graph = net.Returns(y, linear == "Conv" ? ["batch", 3, 6, 6] : ["batch", 3]);
        var expected = Scoring.Run(graph);

        var report = GraphPasses.Run(graph);

        Assert.Equal($"Mul Round Add Abs Sub {linear}", string.Join(' ', graph.Nodes.Select(n => n.OpType)));
        Assert.Contains(report.Passes.SelectMany(p => p.Kept), k => k.OpType == "Sub" && k.Text.EndsWith("next to which digits are lost", StringComparison.Ordinal));
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Fact]
    public void Large_summand_after_a_convolution_stays()
    {
        var net = new Network("batch", 4, 6, 6);
        var large = net.Constant("large", TensorData.Scalar(12582912f));
        var graph = net.Returns(net.Op("Sub", [large, net.Op("Add", [net.Conv("conv", "x", 4, 4), large])]), "batch", 4, 6, 6);
        var expected = Scoring.Run(graph);
        GraphPasses.Run(graph);
        Assert.Equal("Conv Add Sub", string.Join(' ', graph.Nodes.Select(n => n.OpType)));
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Fact]
    public void Mean_and_deviation_of_pixels_fold_at_any_size_of_them()
    {
        var net = new Network("batch", 3, 6, 6);
        string Each(string name, params float[] values) => net.Constant(name, TensorData.FromFloats(values, 3, 1, 1));
        var normal = net.Op("Div", [net.Op("Sub", ["x", Each("mean", 123.7f, 116.3f, 103.5f)]), Each("deviation", 58.4f, 57.1f, 57.4f)]);
        var graph = net.Returns(net.Conv("conv", normal, 3, 8, more: [("auto_pad", "VALID")]), "batch", 8, 4, 4);
        var expected = Scoring.Run(graph);
        GraphPasses.Run(graph);
        Assert.Equal("Conv", Assert.Single(graph.Nodes).OpType);
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Theory]
    [InlineData(ElementType.Float16, 0.01f, 1e-3f, false)] // Subnormal.
    [InlineData(ElementType.Float16, 0.01f, 1e-7f, false)] // Zero.
    [InlineData(ElementType.Float16, 0.01f, 0.5f, true)]
    [InlineData(ElementType.Float, 1e-20f, 1e-20f, false)]
    [InlineData(ElementType.Float, 1e-36f, 1e-4f, true)] // A dead channel.
    [InlineData(ElementType.Float, 0.01f, 0f, true)]
    public void Weights_that_would_lose_their_digits_stay(ElementType type, float weight, float factor, bool folds)
    {
        var graph = new Graph("net");
        graph.Inputs.Add(new ValueInfo("x", type, ["batch", 2]));
        graph.Initializers.Add("w", TensorConversions.FromDoubles(type, [weight, 1, 1, weight], 2, 2));
        graph.Initializers.Add("factor", TensorConversions.FromDoubles(type, [factor], 1));
        graph.Add("MatMul", ["x", "w"], ["y"]);
        graph.Add("Mul", ["y", "factor"], ["z"]);
        graph.Outputs.Add(new ValueInfo("z", type, ["batch", 2]));
        var report = GraphPasses.Run(graph);
        Assert.Equal(folds ? "MatMul" : "MatMul Mul", string.Join(' ', graph.Nodes.Select(n => n.OpType)));
        Assert.Equal(!folds, report.Passes.SelectMany(p => p.Kept).Any(k => k.Text.EndsWith("is too small for it", StringComparison.Ordinal)));
    }

    [Fact]
    public void Pixel_scaling_and_batch_norm_both_fold_into_one_convolution()
    {
        var net = new Network("batch", 1, 6, 6);
        var scaled = net.Op("Mul", ["x", net.Weight("scale")]);
        var graph = net.Returns(net.BatchNorm("bn", net.Conv("conv", scaled, 1, 4), 4), "batch", 4, 6, 6);
        var expected = Scoring.Run(graph);

        GraphPasses.Run(graph);

        Assert.Equal("Conv", Assert.Single(graph.Nodes).OpType);
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }
}

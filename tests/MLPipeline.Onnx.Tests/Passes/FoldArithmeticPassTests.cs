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

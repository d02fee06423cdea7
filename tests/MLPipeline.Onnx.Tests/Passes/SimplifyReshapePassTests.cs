using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

public class SimplifyReshapePassTests
{
    [Theory]
    [InlineData("reshape that flattens", "%reshape: float[?,?] = Flatten(%x) {axis=1}")]
    [InlineData("reshape of two symbolic axes", "%reshape: float[?,?,?,?] = Reshape(%x, %shape_1)")]
    [InlineData("reshape that moves the symbolic axis", "%reshape: float[?,?,?] = Reshape(%x, %shape_1)")]
    public void Shape_put_together_at_run_time_becomes_constant(string name, string printed)
    {
        var graph = SampleGraphs.All[name]();
        GraphPasses.Run(graph);
        Assert.Equal(printed, GraphPrinter.Print(Assert.Single(graph.Nodes), graph));
    }

    [Fact]
    public void Axis_of_another_length_is_inferred_and_its_own_is_copied()
    {
        Assert.Equal([0, 0, 2, 2], ShapeOf("reshape of two symbolic axes"));
        Assert.Equal([4, -1, 3], ShapeOf("reshape that moves the symbolic axis"));
    }

    [Fact]
    public void Two_lengths_that_cannot_be_told_stay_a_computation()
    {
        var graph = SampleGraphs.Reshaped(["batch", "length", 4], "@1 @0 4");
        GraphPasses.Run(graph);
        Assert.Contains(graph.Nodes, n => n.Is("Shape"));
    }

    [Theory]
    [InlineData(0, -1, true)]
    [InlineData(-1, 12, true)]
    [InlineData(0, 12, true)]
    [InlineData(-1, 6, false)]
    [InlineData(12, -1, false)]
    [InlineData(-1, 0, false)]
    public void Constant_shape_is_flatten_only_when_the_first_axis_stays(long first, long second, bool flattens)
    {
        var net = new Network("batch", 4, 3);
        var graph = net.Returns(net.Op("Reshape", ["x", net.Constant("shape", TensorData.Vector(first, second))]), default(Dim), default(Dim));
        GraphPasses.Run(graph);
        Assert.Equal(flattens ? "Flatten" : "Reshape", graph.Nodes[0].OpType);
    }

    private static long[] ShapeOf(string name)
    {
        var graph = SampleGraphs.All[name]();
        GraphPasses.Run(graph);
        return graph.Constant(graph.Nodes[0].Input(1))!.AsSpan<long>().ToArray();
    }
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

public class MergeArithmeticPassTests
{
    [Theory]
    [InlineData("Mul", 2f, "Mul", 3f, "Mul", 6f)]
    [InlineData("Mul", 2f, "Div", 4f, "Mul", 0.5f)]
    [InlineData("Div", 4f, "Mul", 2f, "Mul", 0.5f)]
    [InlineData("Div", 4f, "Div", 2f, "Div", 8f)]
    [InlineData("Add", 1f, "Add", 2f, "Add", 3f)]
    [InlineData("Add", 1f, "Sub", -2f, "Add", 3f)]
    [InlineData("Sub", -1f, "Add", 2f, "Add", 3f)]
    [InlineData("Sub", 1f, "Sub", 2f, "Sub", 3f)]
    public void Two_steps_become_one(string first, float a, string second, float b, string merged, float c)
    {
        var graph = Chain(first, a, second, b);
        Assert.Equal(1, Run(graph));
        var node = Assert.Single(graph.Nodes);
        Assert.Equal((merged, c), (node.OpType, graph.Constant(node.Input(1))!.AsSpan<float>()[0]));
    }

    [Theory]
    [InlineData("Add", 8388608f, "Sub", 8388608f)] // Rounds to a whole number.
    [InlineData("Mul", 1e30f, "Mul", 1e30f)]
    [InlineData("Mul", 1e-30f, "Mul", 1e-30f)]
    [InlineData("Mul", 0f, "Mul", 5f)]
    [InlineData("Mul", 2f, "Add", 5f)]
    public void Steps_that_are_not_one_stay_two(string first, float a, string second, float b) => Assert.Equal(0, Run(Chain(first, a, second, b)));

    [Fact]
    public void Constants_that_would_grow_stay_two()
    {
        var net = new Network(2, 3);
        Assert.Equal(0, Run(net.Returns(net.Op("Mul", [net.Op("Mul", ["x", net.Weight("a", 3)]), net.Weight("b", 2, 1)]), 2, 3)));
    }

    private static Graph Chain(string first, float a, string second, float b)
    {
        var net = new Network(2, 3);
        var y = net.Op(first, ["x", net.Constant("a", TensorData.Scalar(a))]);
        return net.Returns(net.Op(second, [y, net.Constant("b", TensorData.Scalar(b))]), 2, 3);
    }

    private static int Run(Graph graph) => new PassPipeline([new MergeArithmeticPass()]).Run(graph).Changes;
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

public class RemoveIdentityPassTests
{
    [Theory]
    [InlineData("Identity")]
    [InlineData("Dropout")]
    [InlineData("Concat", "axis", 1L)]
    [InlineData("Cast", "to", 1L)]
    [InlineData("Flatten", "axis", 1L)]
    public void Node_that_gives_back_its_input_goes(string op, string? attribute = null, long value = 0) =>
        AssertOperators("Relu Sigmoid", Between(op, [], attribute is null ? [] : [(attribute, value)]));

    [Theory]
    [InlineData("Cast", "to", 11L)]
    [InlineData("Flatten", "axis", 0L)]
    public void Node_that_changes_its_input_stays(string op, string attribute, long value) =>
        AssertOperators($"Relu {op} Sigmoid", Between(op, [], [(attribute, value)]));

    [Fact]
    public void Transpose_that_moves_no_axis_goes_and_any_other_stays()
    {
        AssertOperators("Relu Sigmoid", Between("Transpose", [], [("perm", new long[] { 0, 1 })]));
        AssertOperators("Relu Transpose Sigmoid", Between("Transpose", [], [("perm", new long[] { 1, 0 })]));
        AssertOperators("Relu Transpose Sigmoid", Between("Transpose", [], []));
    }

    [Theory]
    [InlineData(true, 3L, 5L)]
    [InlineData(true, -1L, 5L)]
    [InlineData(true, 0L, -1L)]
    [InlineData(true, 0L, 0L)]
    [InlineData(false, -1L, 3L)]
    [InlineData(false, 5L, 3L)]
    [InlineData(false, 15L)]
    public void Reshape_goes_only_when_every_axis_provably_stays(bool goes, params long[] shape) =>
        AssertOperators(goes ? "Relu Sigmoid" : "Relu Reshape Sigmoid", Between("Reshape", [TensorData.Vector(shape)], []));

    [Fact]
    public void Zero_in_a_shape_is_a_length_where_the_node_says_so() =>
        AssertOperators("Relu Reshape Sigmoid", Between("Reshape", [TensorData.Vector(0, 5)], [("allowzero", 1L)]));

    [Fact]
    public void Dropout_in_training_mode_stays_with_its_reason()
    {
        var graph = Between("Dropout", [TensorData.Scalar(0.5f), TensorData.Scalar(true)], []);
        Assert.Equal("it is in training mode", Assert.Single(Run(graph).Kept).Text);
        AssertOperators("Relu Dropout Sigmoid", graph);
    }

    [Fact]
    public void Dropout_whose_mask_is_read_stays()
    {
        var graph = Between("Dropout", [], []);
        var dropout = graph.Nodes.Single(n => n.Is("Dropout"));
        graph.Nodes.Replace(dropout, dropout.WithOutputs([dropout.Output, "mask"]));
        graph.Outputs.Add(new ValueInfo("mask", ElementType.Bool, [3, 5]));
        AssertOperators("Relu Dropout Sigmoid", graph);
    }

    [Fact]
    public void Graph_output_keeps_its_name()
    {
        var graph = SampleGraphs.All["batch norm as graph output, behind identities"]();
        var name = graph.Outputs[0].Name;

        Run(graph);

        Assert.Equal("Conv BatchNormalization", string.Join(' ', graph.Nodes.Select(n => n.OpType)));
        Assert.Equal(name, graph.Nodes[^1].Output);
    }

    [Fact]
    public void Input_given_back_as_output_stays_a_node()
    {
        var net = new Network(3, 5);
        var graph = net.Returns(net.Op("Identity", ["x"]), 3, 5);
        Assert.Contains("%x, which no node makes", Assert.Single(Run(graph).Kept).Text);
        Assert.Single(graph.Nodes);
    }

    [Fact]
    public void Two_outputs_of_one_value_stay_two()
    {
        var net = new Network(3, 5);
        var y = net.Op("Relu", ["x"]);
        var graph = net.Returns((y, [3, 5]), (net.Op("Identity", [y]), [3, 5]));
        Assert.Contains("both graph outputs", Assert.Single(Run(graph).Kept).Text);
        Assert.Equal(2, graph.Nodes.Count);
    }

    private static Graph Between(string op, TensorData[] constants, (string, AttributeValue)[] attributes)
    {
        var net = new Network(3, 5);
        var before = net.Op("Relu", ["x"]);
        net.Graph.Values[before] = new ValueInfo(before, ElementType.Float, [3, 5]);
        string[] inputs = [before, .. constants.Select(c => net.Constant("constant", c))];
        return net.Returns(net.Op("Sigmoid", [net.Op(op, inputs, attributes)]), 3, 5);
    }

    private static void AssertOperators(string expected, Graph graph)
    {
        Run(graph);
        Assert.Equal(expected, string.Join(' ', graph.Nodes.Select(n => n.OpType)));
    }

    private static PassOutcome Run(Graph graph) => new PassPipeline([new RemoveIdentityPass()]).Run(graph).Passes[0];
}

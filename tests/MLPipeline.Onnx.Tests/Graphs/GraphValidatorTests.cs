using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Graphs;

public class GraphValidatorTests
{
    [Fact]
    public void Sample_graphs_are_valid() => Assert.All(SampleGraphs.All.Values, create => create().Validate());

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_graph_is_refused_with_what_is_wrong(string problem, Action<Graph> breakIt)
    {
        var graph = SampleGraphs.ConvNorm();
        breakIt(graph);
        var error = Assert.Throws<InvalidGraphException>(graph.Validate);
        Assert.Contains(error.Problems, p => p.Contains(problem));
    }

    public static TheoryData<string, Action<Graph>> Broken => new()
    {
        { "reads %nowhere, which nothing defines", g => g.Add("Relu", ["nowhere"], ["y"]) },
        { "defines only later", g => (g.Nodes[0], g.Nodes[1]) = (g.Nodes[1], g.Nodes[0]) },
        { "%bn is defined twice, the second time by Relu", g => g.Add("Relu", ["x"], ["bn"]) },
        { "%conv.weight is defined twice", g => g.Add("Relu", ["x"], ["conv.weight"]) },
        { "%x is defined twice", g => g.Inputs.Add(g.Inputs[0]) },
        { "another node bears the same name", g => g.Add(new Node("Relu", ["x"], ["y"]) { Name = "conv/Conv" }) },
        { "defines nothing", g => g.Add("Relu", ["x"], []) },
        { "graph output %gone is not defined", g => g.Outputs.Add(new ValueInfo("gone", ElementType.Float, null)) },
        { "is listed twice", g => g.Outputs.Add(g.Outputs[0]) },
        { "the graph has no output", g => g.Outputs.Clear() },
        { "has a default value of type int64[1]", g => g.Initializers.Add("x", TensorData.Vector(1)) },
        { "is known as int64[..] inside the graph", g => g.Values["relu"] = new ValueInfo("relu", ElementType.Int64, null) },
        { "is filed under the name", g => g.Values["bn"] = new ValueInfo("conv", ElementType.Float, null) },
        { "body 'then_branch': %conv (Relu", HidesOuterValue },
    };

    [Fact]
    public void Every_problem_is_listed()
    {
        var graph = SampleGraphs.ConvNorm();
        graph.Add("Relu", ["nowhere"], ["y"]);
        graph.Add("Relu", ["nowhere else"], ["z"]);
        Assert.Equal(2, Assert.Throws<InvalidGraphException>(graph.Validate).Problems.Count);
    }

    private static void HidesOuterValue(Graph graph)
    {
        var body = new Graph("body");
        body.Add("Relu", ["x"], ["conv"]);
        body.Outputs.Add(new ValueInfo("conv", ElementType.Float, null));
        graph.Initializers.Add("condition", TensorData.Scalar(true));
        graph.Add("If", ["condition"], ["y"], ("then_branch", new AttributeValue.Graph(body)), ("else_branch", new AttributeValue.Graph(body)));
    }
}

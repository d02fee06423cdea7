using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Tests.Graphs;

public class GraphTests
{
    [Fact]
    public void Input_with_a_default_has_the_shape_it_says_and_not_that_of_the_default()
    {
        var graph = new Graph("net");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, ["rows", 4]));
        graph.Initializers.Add("x", TensorData.FromFloats(new float[8], 2, 4));
        Assert.Equal(["rows", 4], graph.Info("x")!.Shape);
    }

    [Fact]
    public void Constant_has_its_own_shape() => Assert.Equal([2, 4], Constant().Info("x")!.Shape);

    private static Graph Constant()
    {
        var graph = new Graph("net");
        graph.Initializers.Add("x", TensorData.FromFloats(new float[8], 2, 4));
        return graph;
    }
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

public class PassPipelineTests
{
    [Fact]
    public void Pass_that_breaks_the_graph_is_named()
    {
        var error = Assert.Throws<PassException>(() => Run(graph => graph.Nodes.RemoveAt(0)));
        Assert.StartsWith("TestPass broke graph 'net'", error.Message);
        Assert.Contains("reads %conv, which nothing defines", error.Message);
    }

    [Fact]
    public void Pass_that_drops_or_changes_an_output_is_refused()
    {
        Assert.Contains("Its signature was", Assert.Throws<PassException>(() => Run(g => g.Outputs.RemoveAt(0))).Message);
        Assert.Contains("int64", Assert.Throws<PassException>(() => Run(g => g.Outputs[0] = g.Outputs[0] with { Type = ElementType.Int64 })).Message);
    }

    [Fact]
    public void Passes_that_never_finish_are_stopped_and_the_report_says_so()
    {
        Assert.True(Run(_ => { }).IsUnfinished);
        Assert.False(GraphPasses.Run(SampleGraphs.ConvNorm()).IsUnfinished);
    }

    [Fact]
    public void Deep_graph_takes_as_many_rounds_as_it_needs()
    {
        var net = new Network("batch", 4, 6, 6);
        var y = net.Conv("conv", "x", 4, 4);
        for (var i = 0; i < 30; i++) y = net.Op("Mul", [net.BatchNorm($"bn{i}", y, 4), net.Constant("factor", TensorData.Scalar(1.25f))]);
        var graph = net.Returns(y, "batch", 4, 6, 6);
        var expected = Scoring.Run(graph);

        var report = GraphPasses.Run(graph);

        Assert.False(report.IsUnfinished);
        Assert.Equal("Conv", Assert.Single(graph.Nodes).OpType);
        Scoring.AssertClose(expected, Scoring.Run(graph));
    }

    [Fact]
    public void Model_of_an_opset_the_passes_do_not_know_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphPasses.Run(new Model(SampleGraphs.ConvNorm()) { Opset = 12 }));

    [Fact]
    public void Model_is_rewritten_for_its_own_opset() =>
        Assert.Single(GraphPasses.Run(new Model(SampleGraphs.ConvNorm()) { Opset = 13 }, new PassOptions { Opset = 12 }).FoldedBatchNormalizations);

    [Fact]
    public void Shape_of_a_value_added_to_itself_again_and_again_is_known()
    {
        var net = new Network("batch", 4);
        var y = "x";
        for (var i = 0; i < 16; i++) y = net.Op("Add", [y, y]);
        Assert.Equal(["batch", 4], KnownShape.Of(y, net.Graph)!);
    }

    [Fact]
    public void Graph_that_was_broken_before_is_not_blamed_on_a_pass()
    {
        var graph = SampleGraphs.ConvNorm();
        graph.Nodes.RemoveAt(0);
        Assert.Throws<InvalidGraphException>(() => GraphPasses.Run(graph));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(23)]
    public void Opset_the_passes_do_not_know_is_refused(int opset)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => GraphPasses.Run(SampleGraphs.ConvNorm(), new PassOptions { Opset = opset }));
        Assert.Contains("13 to 22", error.Message);
        Assert.Contains($"{opset}", error.Message);
    }

    [Theory]
    [InlineData(PassOptions.LowestOpset)]
    [InlineData(PassOptions.HighestOpset)]
    public void Folds_are_right_at_the_lowest_and_the_highest_opset(int opset)
    {
        var graph = SampleGraphs.ResidualBlock();
        var expected = Scoring.Run(graph, opset);
        GraphPasses.Run(graph, new PassOptions { Opset = opset });
        Scoring.AssertClose(expected, Scoring.Run(graph, opset));
    }

    [Fact]
    public void Report_says_what_each_pass_did()
    {
        var report = GraphPasses.Run(SampleGraphs.DeadBranch());
        Assert.Equal(
            ["%unused.weight: removed: nothing reads it", "Conv 'unused/Conv': removed: nothing reads it", "Relu 'Relu': removed: nothing reads it"],
            report.Passes.Single(p => p.Pass == nameof(RemoveDeadNodesPass)).Changed.Select(r => r.ToString()).Order());
        Assert.Equal(3, report.Changes);
    }

    [Fact]
    public void Constant_chains_become_one_weight_and_a_flatten()
    {
        var graph = SampleGraphs.ConstantChain();

        GraphPasses.Run(graph);

        Assert.Equal(
            """
            graph net (%x: float[batch,4,3])
              const %transpose: float[12,5]
              %reshape = Flatten(%x) {axis=1}
              %matmul: float[batch,5] = MatMul(%reshape, %transpose)
              return %matmul: float[batch,5]

            """.ReplaceLineEndings("\n"),
            GraphPrinter.Print(graph));
    }

    [Fact]
    public void Shape_is_worked_out_only_where_every_axis_asked_for_is_known()
    {
        var net = new Network("batch", 4, 6, 6);
        var known = net.Op("Shape", ["x"], ("start", 1L), ("end", -1L));
        var open = net.Op("Shape", ["x"], ("start", 0L), ("end", 1L));
        var graph = net.Graph;
        graph.Outputs.Add(new ValueInfo(net.Op("Concat", [open, known], ("axis", 0L)), ElementType.Int64, [3]));

        GraphPasses.Run(graph);

        Assert.Equal([4, 6], graph.Initializers[known].AsSpan<long>().ToArray());
        Assert.Equal("Shape Concat", string.Join(' ', graph.Nodes.Select(n => n.OpType)));
    }

    [Fact]
    public void Unread_inputs_and_their_defaults_stay()
    {
        var graph = SampleGraphs.ConvNorm();
        graph.Inputs.Add(new ValueInfo("threshold", ElementType.Float, [1]));
        graph.Initializers.Add("threshold", TensorData.FromFloats([0.5f], 1));
        GraphPasses.Run(graph);
        Assert.Contains("threshold", graph.Initializers.Keys);
    }

    private static PassReport Run(Action<Graph> change)
    {
        var graph = SampleGraphs.ConvNorm();
        graph.Outputs.Add(new ValueInfo("bn", ElementType.Float, null));
        return new PassPipeline([new TestPass(change)]).Run(graph);
    }

    private sealed class TestPass(Action<Graph> change) : GraphPass
    {
        public override void Run(Graph graph, PassLog log)
        {
            log.Changed(graph.Nodes[0], "changed");
            change(graph);
        }
    }
}

using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Serialization;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Passes;

/// <summary>What holds for every pass on every graph.</summary>
public class PassTheoryTests
{
    public static TheoryData<string, string> EveryPassOnEveryGraph =>
        [.. from pass in GraphPasses.Ordered(new PassOptions()) from graph in SampleGraphs.All.Keys select (pass.Name, graph)];

    [Theory]
    [MemberData(nameof(EveryPassOnEveryGraph))]
    public void Numbers_stay_and_a_second_run_changes_nothing(string pass, string graph) =>
        Check(SampleGraphs.All[graph](), new PassPipeline([GraphPasses.Ordered(new PassOptions()).Single(p => p.Name == pass)]));

    [Theory]
    [MemberData(nameof(SampleGraphs.Names), MemberType = typeof(SampleGraphs))]
    public void All_passes_together_keep_the_numbers_and_the_signature(string graph) =>
        Check(SampleGraphs.All[graph](), new PassPipeline(GraphPasses.Ordered(new PassOptions())));

    private static void Check(Graph graph, PassPipeline passes)
    {
        var (before, expected) = (GraphPrinter.Print(graph), new Lazy<IReadOnlyDictionary<string, TensorValue>>(Scores(OnnxSerializer.ToBytes(new Model(graph)))));
        passes.Run(graph);
        // What has not changed gives the same numbers.
        if (GraphPrinter.Print(graph) == before) return;
        Scoring.AssertClose(expected.Value, Scoring.Run(graph));
        Scoring.AssertClose(Scoring.Run(graph, batch: 1), Scoring.Run(OnnxSerializer.Read(OnnxSerializer.ToBytes(new Model(graph))).Graph, batch: 1));

        var printed = GraphPrinter.Print(graph);
        Assert.Equal(0, passes.Run(graph).Changes);
        Assert.Equal(printed, GraphPrinter.Print(graph));
    }

    private static Func<IReadOnlyDictionary<string, TensorValue>> Scores(byte[] file) => () => Scoring.Run(OnnxSerializer.Read(file).Graph);
}

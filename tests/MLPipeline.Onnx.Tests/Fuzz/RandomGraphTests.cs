using FsCheck;
using FsCheck.Fluent;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Fuzz;

public class RandomGraphTests
{
    private const int Depth = 16;

    // Sums of a few dozen products, in another order after the passes.
    private const float Tolerance = 5e-5f;

    /// <summary>How many graphs: <c>MLPIPELINE_RANDOM_GRAPHS=5000</c> for a long look.</summary>
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("MLPIPELINE_RANDOM_GRAPHS") ?? "150");

    [Fact]
    public void Passes_keep_the_numbers_of_random_graphs_and_leave_nothing_to_do()
    {
        var changed = 0;
        var recipes = Gen.Choose(0, int.MaxValue - 1).ListOf().Select(r => r.ToList()).Where(r => r.Count is > 0 and <= Depth);
        Prop.ForAll(Arb.From(recipes, Shorter), recipe => changed += Check(recipe) ? 1 : 0)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Count).WithEndSize(Depth).WithReplay(20261125, 23).WithQuietOnSuccess(true));
        Assert.InRange(changed, Count / 2, Count);
    }

    private static bool Check(List<int> recipe)
    {
        var graph = RandomGraph.Of(recipe);
        var before = GraphPrinter.Print(graph);
        try
        {
            var (three, one) = (Scoring.Run(graph), Scoring.Run(graph, batch: 1));
            var changes = GraphPasses.Run(graph).Changes;
            Scoring.AssertClose(three, Scoring.Run(graph), Tolerance);
            Scoring.AssertClose(one, Scoring.Run(graph, batch: 1), Tolerance);
            var printed = GraphPrinter.Print(graph);
            Assert.Equal(0, GraphPasses.Run(graph).Changes);
            Assert.Equal(printed, GraphPrinter.Print(graph));
            return changes > 0;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"[{string.Join(", ", recipe)}]: {e.Message}\n{before}\nbecame\n{GraphPrinter.Print(graph)}", e);
        }
    }

    private static IEnumerable<List<int>> Shorter(List<int> recipe) =>
        Enumerable.Range(0, recipe.Count).Where(_ => recipe.Count > 1).Select(i => (List<int>)[.. recipe.Where((_, j) => j != i)]);
}

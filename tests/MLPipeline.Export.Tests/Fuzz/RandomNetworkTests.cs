using FsCheck;
using FsCheck.Fluent;
using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Fuzz;

public class RandomNetworkTests
{
    private const int Depth = 20;

    // What a refusal may say of these networks: a view of a value that is changed in place afterwards.
    private const string Allowed = "changed it in place through another view";

    /// <summary>How many networks: <c>MLPIPELINE_RANDOM_NETWORKS=2000</c> for a long look.</summary>
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("MLPIPELINE_RANDOM_NETWORKS") ?? "200");

    [Fact]
    public void Random_network_is_exported_right_or_refused()
    {
        var (exported, refused, kept) = (0, 0, 0);
        var recipes = Gen.Choose(0, int.MaxValue - 1).ListOf().Select(r => r.ToList()).Where(r => r.Count is > 0 and <= Depth);
        Prop.ForAll(Arb.From(recipes, Shorter), recipe =>
        {
            if (Export(recipe) is not { } report)
                refused++;
            else
                (exported, kept) = (exported + 1, kept + report.KeptBatchNormalizations.Count);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Count).WithEndSize(Depth).WithReplay(20261125, 17).WithQuietOnSuccess(true));
        TestContext.Current.SendDiagnosticMessage($"{exported} exported, {refused} refused, {kept} batch norms kept");
        Assert.InRange(refused, 0, (exported + refused) / 5);
    }

    // Without verification: what is looked at is whether the file could be wrong, not whether we would have noticed.
    private static ExportReport? Export(IReadOnlyList<int> recipe)
    {
        using var scope = NewDisposeScope();
        using var folder = new ExportFolder();
        using var network = new RandomNetwork(recipe);
        try
        {
            var report = folder.Export(network, [2, RandomNetwork.Channels, RandomNetwork.Side, RandomNetwork.Side], new OnnxExportOptions { Verify = false });
            for (var batch = 1; batch <= 3; batch += 2)
                folder.AssertSameNumbers(network, [ExportFolder.Example(batch, RandomNetwork.Channels, RandomNetwork.Side, RandomNetwork.Side)], Tolerance.Default);
            return report;
        }
        catch (ExportException e) when (e.Problems.Count > 0 && e.Problems.All(p => p.Contains(Allowed)))
        {
            return null;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"[{string.Join(", ", recipe)}]: {network.Description}: {e.Message}", e);
        }
    }

    private static IEnumerable<List<int>> Shorter(List<int> recipe) =>
        Enumerable.Range(0, recipe.Count).Where(_ => recipe.Count > 1).Select(i => (List<int>)[.. recipe.Where((_, j) => j != i)]);
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Models;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests;

public class CatalogExportTests
{
    public static TheoryData<string> Names => [.. ModelCatalog.Entries.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_network_of_the_catalog_is_exported_and_verified(string name)
    {
        var entry = ModelCatalog.Find(name);
        using var scope = NewDisposeScope();
        using var folder = new ExportFolder();
        using var module = entry.Create(new ModelOptions { Seed = 5 });
        SmallNets.Unsettle(module);
        var side = Math.Max(8, entry.SmallestInput());
        var report = folder.Export(module, [2, 1, side, side], new OnnxExportOptions { ClassifierHead = true, BatchSizes = [3] });

        folder.AssertSameNumbersInNode(module, "logits", side);

        Assert.Equal(["logits: float[batch,10]", "probabilities: float[batch,10]"], report.Outputs);
        var normalisations = module.named_modules().Count(m => m.module is TorchSharp.Modules.NormBase);
        Assert.Equal(normalisations, report.FoldedBatchNormalizations + report.KeptBatchNormalizations.Count);
        Assert.Equal(report.KeptBatchNormalizations.Count, report.Operators.GetValueOrDefault("BatchNormalization"));
        if (!name.Contains("densenet", StringComparison.Ordinal))
            Assert.Empty(report.KeptBatchNormalizations);
    }
}

using System.Text.Json;
using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;

namespace MLPipeline.Export.Tests;

public class ExportReportTests
{
    [Fact]
    public void Report_says_what_was_done_to_people_and_to_programs()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallDenseNet));
        var report = folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { BatchSizes = [3] });

        Assert.Equal(new FileInfo(folder.ModelPath).Length, report.Bytes);
        Assert.Equal(folder.Model().Graph.Nodes.Count, report.NodesAfter);
        Assert.Equal(report.NodesAfter, report.Operators.Values.Sum());
        Assert.True(report.NodesBefore > report.NodesAfter);
        Assert.Equal(folder.Model().Graph.Initializers.Values.Sum(i => i.Count), report.Parameters);
        Assert.True(report.Seconds.Total > 0);

        var text = report.ToString();
        Assert.Contains("batch normalisations folded: 0, kept: 4", text);
        Assert.Contains("and 1 more", text);
        Assert.Contains("tolerance 1e-5 + 1e-4 x largest value", text);
        Assert.Contains("batch 3, graph optimisations on: largest error", text);
        Assert.Contains("batch may have any length that the module takes; traced at 1, 2, 5", text);

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(report));
        Assert.Equal(report.NodesAfter, json.RootElement.GetProperty("NodesAfter").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("Verification").GetArrayLength());
        Assert.Equal(4, json.RootElement.GetProperty("KeptBatchNormalizations").GetArrayLength());
        Assert.Equal("batch", json.RootElement.GetProperty("SymbolicAxes")[0].GetProperty("Name").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("Verification")[0].GetProperty("Lengths").GetProperty("batch").GetInt64());
    }

    [Fact]
    public void Output_that_no_input_changes_is_noted()
    {
        using var folder = new ExportFolder();
        using var module = new OfMany(x => [x.relu(), x * 0 + 3, x.argmax(1) * 0]);
        var report = folder.Export(module, [2, 4]);
        Assert.Equal(2, report.Notes.Count);
        Assert.StartsWith($"output {folder.Model().Graph.Outputs[1].Name} was the same for all inputs", report.Notes[0]);
        Assert.Contains($"note: {report.Notes[1]}", report.ToString());
    }

    [Fact]
    public void Tolerance_that_one_float16_value_loosens_is_noted()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x.relu() + x.to(TorchSharp.torch.float16).to(TorchSharp.torch.float32) * 0.001);
        var report = folder.Export(module, [2, 4]);
        Assert.Equal(Tolerance.Half, report.Tolerance);
        Assert.Contains("holds float16", Assert.Single(report.Notes));
        Assert.Empty(folder.Export(module, [2, 4], new OnnxExportOptions { Tolerance = Tolerance.Half }).Notes);
    }

    [Fact]
    public void Folded_normalisations_are_named()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallResNet));
        var report = folder.Export(module, [2, 3, 16, 16], new OnnxExportOptions { BatchSizes = [3] });
        Assert.Equal(report.FoldedBatchNormalizations, report.FoldedBatchNormalizationNames.Distinct().Count());
        Assert.Contains(report.FoldedBatchNormalizationNames, name => name.StartsWith("stem.bn"));
    }
}

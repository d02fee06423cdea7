using System.Xml.Linq;
using MLPipeline.Cli.Output;
using MLPipeline.Export;
using static MLPipeline.Cli.Reports.Html;

namespace MLPipeline.Cli.Reports;

/// <summary>What the exporter wrote, folded and checked.</summary>
internal static class ExportSection
{
    /// <summary>The section.</summary>
    public static XElement Render(RunReport report)
    {
        var export = report.Export;
        return Section("The exported file",
            Facts(
            [
                ("File", $"{Path.GetFileName(export.Path)}, {Figures.Bytes(export.Bytes)}, opset {export.Opset}"),
                ("Input", string.Join("; ", export.Inputs)),
                ("Outputs", string.Join("; ", export.Outputs)),
                ("Nodes", $"{export.NodesBefore} as traced, {export.NodesAfter} in the file"),
                ("Operators", string.Join(", ", export.Operators.OrderByDescending(op => op.Value).Select(op => $"{op.Key} {op.Value}"))),
                ("Batch norms folded", Folded(export)),
            ]),
            Kept(export.KeptBatchNormalizations),
            Verified(export));
    }

    private static string Folded(ExportReport export)
    {
        var all = export.FoldedBatchNormalizations + export.KeptBatchNormalizations.Count;
        return all == 0 ? "there are none" : $"{export.FoldedBatchNormalizations} of {all}, into the weights of the layer before";
    }

    private static XElement? Kept(IReadOnlyList<KeptBatchNormalization> kept) => kept.Count == 0
        ? null
        : E("details",
            E("summary", $"{Figures.Many(kept.Count, "batch norm")} kept, and why"),
            Table(["Batch norm", "Why it stays"], kept.Select(norm => (IReadOnlyList<string>)[norm.Node, norm.Reason]), numbersFrom: 2));

    private static object Verified(ExportReport export)
    {
        if (export.Verification.Count == 0)
            return E("p", "The file was not verified.");
        var modes = export.Verification.Select(run => run.GraphOptimizations).Distinct().Order().ToList();
        var rows = export.Verification.GroupBy(run => run.Batch).Select(group => (IReadOnlyList<string>)
            [group.Key == 0 ? "fixed" : $"batch {group.Key}", .. modes.Select(mode => Error(group, mode))]);
        return new object[]
        {
            E("h3", "Largest error against the module, on inputs neither had seen"),
            Table(["Batch size", .. modes.Select(mode => mode ? "optimisations on" : "optimisations off")], rows),
            E("p", Class("note"), $"Allowed: {export.Tolerance}. The file is written only when every run is within it."),
        };
    }

    private static string Error(IEnumerable<VerifiedRun> runs, bool mode) =>
        runs.FirstOrDefault(run => run.GraphOptimizations == mode) is { } run ? Figures.Difference(run.MaxAbsoluteError) : "–";
}

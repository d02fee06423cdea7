using System.Text;
using MLPipeline.Onnx.Precision;

namespace MLPipeline.Export;

/// <summary>What an export did. Serialises to JSON as it is; <see cref="ToString"/> is for people.</summary>
public sealed record ExportReport
{
    private const int KeptShown = 3;

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Every file written: <see cref="Path"/>, then the file with its weights if they are in one of their own. They belong together.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The size of all files.</summary>
    public required long Bytes { get; init; }

    /// <summary>The operator set it asks for.</summary>
    public required int Opset { get; init; }

    /// <summary>What the app feeds: <c>input: float[batch,1,28,28]</c>.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>What it gets.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Nodes as traced.</summary>
    public required int NodesBefore { get; init; }

    /// <summary>Nodes in the file.</summary>
    public required int NodesAfter { get; init; }

    /// <summary>Nodes in the file by operator.</summary>
    public required IReadOnlyDictionary<string, int> Operators { get; init; }

    /// <summary>Trained numbers and constants in the file.</summary>
    public required long Parameters { get; init; }

    /// <summary>Batch normalisations that became part of the layer before them.</summary>
    public required int FoldedBatchNormalizations { get; init; }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> FoldedBatchNormalizationNames { get; init; } = [];

    /// <summary>Batch normalisations that did not, and why.</summary>
    public required IReadOnlyList<KeptBatchNormalization> KeptBatchNormalizations { get; init; }

    /// <summary>The symbolic axes, and the lengths they had while the file was made. Those it was compared at are with each comparison.</summary>
    public IReadOnlyList<SymbolicAxis> SymbolicAxes { get; init; } = [];

    /// <summary>What computes in float16 and what does not, and why; null for a file in the module's own precision.</summary>
    public HalfPrecisionReport? HalfPrecision { get; init; }

    /// <summary>Every comparison with the module; empty when verification was switched off.</summary>
    public required IReadOnlyList<VerifiedRun> Verification { get; init; }

    /// <summary>How far apart the numbers were allowed to be.</summary>
    public required Tolerance Tolerance { get; init; }

    /// <summary>What makes the comparisons say less than they seem to; empty as a rule.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where the time went.</summary>
    public required ExportTimings Seconds { get; init; }

    /// <summary>The largest absolute error of all comparisons; null when there was none.</summary>
    public double? MaxAbsoluteError => Verification.Count == 0 ? null : Verification.Max(run => run.MaxAbsoluteError);

    /// <summary>A summary of a few lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"{string.Join(" and ", Files)}: {Bytes:N0} bytes, opset {Opset}, {Parameters:N0} numbers");
        text.AppendLine($"  {string.Join(", ", Inputs)} -> {string.Join(", ", Outputs)}");
        text.AppendLine($"  nodes {NodesBefore} -> {NodesAfter}: {string.Join(", ", Operators.Select(o => $"{o.Value} {o.Key}"))}");
        text.AppendLine($"  batch normalisations folded: {FoldedBatchNormalizations}, kept: {KeptBatchNormalizations.Count}");
        foreach (var kept in KeptBatchNormalizations.Take(KeptShown))
            text.AppendLine($"    kept {kept.Node}: {kept.Reason}");
        if (KeptBatchNormalizations.Count > KeptShown)
            text.AppendLine($"    and {KeptBatchNormalizations.Count - KeptShown} more");
        foreach (var axis in SymbolicAxes)
            text.AppendLine($"  {axis.Name} may have any length that the module takes; traced at {string.Join(", ", axis.Traced)}");
        if (HalfPrecision is { } half)
        {
            text.AppendLine($"  in float16: {half.HalfNodes} nodes, in float32: {half.Kept.Count}");
            foreach (var kept in half.Kept.Take(KeptShown))
                text.AppendLine($"    kept {kept.OpType} '{kept.Node}': {kept.Text}");
        }

        if (Verification.Count == 0)
            text.AppendLine("  not verified");
        else
            text.AppendLine($"  verified in ONNX Runtime, tolerance {Tolerance}:");
        foreach (var run in Verification)
            text.AppendLine($"    {Describe(run)}: largest error {run.MaxAbsoluteError:0.0e+0} absolute, {run.MaxRelativeError:0.0e+0} relative");
        foreach (var note in Notes)
            text.AppendLine($"  note: {note}");
        text.Append($"  {Seconds.Total:0.00} s: trace {Seconds.Trace:0.00}, convert {Seconds.Convert:0.00}, write {Seconds.Write:0.00}, verify {Seconds.Verify:0.00}");
        return text.ToString();
    }

    private static string Describe(VerifiedRun run)
    {
        var lengths = run.Lengths.Count > 0 ? string.Join(", ", run.Lengths.Select(l => $"{l.Key} {l.Value}")) : run.Batch == 0 ? "fixed shape" : $"batch {run.Batch}";
        var mode = run.EveryValueRounded ? "every float16 value rounded" : run.GraphOptimizations ? "graph optimisations on" : "graph optimisations off";
        return $"{lengths}, {mode}{(run.ToleranceFactor == 1 ? "" : $", {run.ToleranceFactor} x tolerance")}";
    }
}

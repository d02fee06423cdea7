namespace MLPipeline.Onnx.Passes;

/// <summary>What all passes did, in their order.</summary>
/// <param name="Passes">One entry for each pass, whether it changed anything or not.</param>
public sealed record PassReport(IReadOnlyList<PassOutcome> Passes)
{
    /// <summary>Whether the passes were stopped while they still found something to change: the graph is right, and could be simpler.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>How many nodes and constants were rewritten or removed.</summary>
    public int Changes => Passes.Sum(p => p.Changed.Count);

    /// <summary>Names of the batch normalisations that went into the weights before them.</summary>
    public IReadOnlyList<string> FoldedBatchNormalizations => [.. Of(nameof(FoldBatchNormPass)).SelectMany(p => p.Changed).Select(r => r.Node)];

    /// <summary>The batch normalisations that did not fold, each with the reason.</summary>
    public IReadOnlyList<NodeRemark> KeptBatchNormalizations => [.. Of(nameof(FoldBatchNormPass)).SelectMany(p => p.Kept)];

    private IEnumerable<PassOutcome> Of(string pass) => Passes.Where(p => p.Pass == pass);
}

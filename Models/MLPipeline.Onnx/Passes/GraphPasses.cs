using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>The rewrites an exported graph goes through, in their order.</summary>
/// <remarks>
/// Every rewrite is exact, up to the rounding of folded weights (about 1e-6 relative in float). Names and types of graph inputs and
/// outputs stay. Body graphs of <c>If</c> and <c>Loop</c> are left as they are; what they capture is not touched.
/// </remarks>
public static class GraphPasses
{
    /// <summary>Rewrites a graph in place, until no pass finds anything to do.</summary>
    /// <param name="graph">A valid graph.</param>
    /// <param name="options">What to do; null for the defaults.</param>
    /// <returns>What each pass changed, and what it kept and why.</returns>
    /// <exception cref="InvalidGraphException">The graph was not valid to begin with.</exception>
    /// <exception cref="PassException">A pass broke the graph: a fault of this library.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static PassReport Run(Graph graph, PassOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new PassPipeline(Ordered((options ?? new PassOptions()).Validated())).Run(graph);
    }

    /// <summary>Rewrites a model's graph in place, for the opset it is written for.</summary>
    /// <param name="model">A valid model.</param>
    /// <param name="options">What else to do; null for the defaults. Its opset does not count.</param>
    /// <returns>What each pass changed, and what it kept and why.</returns>
    /// <exception cref="InvalidGraphException">The graph was not valid to begin with.</exception>
    /// <exception cref="PassException">A pass broke the graph: a fault of this library.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or the model's opset is none the passes know.</exception>
    public static PassReport Run(Model model, PassOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Run(model.Graph, (options ?? new PassOptions()) with { Opset = model.Opset });
    }

    // Nodes that nobody reads go first, so that no pass reports on them; what the folds leave unread goes in the next round. Constants next:
    // a folded chain may be the weight or the shape that a later pass asks for. Then identities: they stand between a convolution and its
    // normalisation. What is the same is shared before anything is folded: a convolution that two normalisations read is cheaper than two
    // convolutions. Reshapes, transposes and pools move out of the way of the folds, which come last.
    internal static IReadOnlyList<GraphPass> Ordered(PassOptions options) =>
    [
        new RemoveDeadNodesPass(),
        new FoldConstantsPass(),
        new ShareInitializersPass(),
        new ShareExpressionsPass(),
        new RemoveIdentityPass(),
        new CollapsePairsPass(),
        new CombineReshapesPass(),
        new CombineTransposesPass(),
        new SimplifyReshapePass(),
        new FoldPadPass(),
        new PoolBeforeConvPass(),
        new PoolBeforeActivationPass(),
        .. options.FoldBatchNormalization ? (GraphPass[])[new FoldBatchNormPass()] : [],
        .. options.FoldScale ? (GraphPass[])[new FoldArithmeticPass(), new MergeArithmeticPass()] : [],
    ];
}

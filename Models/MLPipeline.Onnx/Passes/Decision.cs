namespace MLPipeline.Onnx.Passes;

/// <summary>What a pass proposes for a node.</summary>
internal abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Rewrite it.</summary>
    /// <param name="What">What becomes of it, for the report.</param>
    /// <param name="Apply">Changes the graph. The node is gone afterwards, or is no longer one that the pass rewrites.</param>
    public sealed record Rewrite(string What, Action Apply) : Decision;

    /// <summary>Leave it.</summary>
    /// <param name="Reason">Why, for the report.</param>
    public sealed record Keep(string Reason) : Decision;
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>What one pass did and did not do, over all rounds.</summary>
internal sealed class PassLog(string pass)
{
    private readonly List<NodeRemark> _changed = [];
    private readonly OrderedDictionary<string, NodeRemark> _kept = [];

    /// <summary>Changes so far.</summary>
    public int Changes => _changed.Count;

    /// <summary>A node was rewritten or removed.</summary>
    public void Changed(Node node, string what)
    {
        _kept.Remove(Key(node));
        _changed.Add(Remark(node, what));
    }

    /// <summary>A node that the pass is about was left as it is. The latest reason counts.</summary>
    public void Kept(Node node, string reason) => _kept[Key(node)] = Remark(node, reason);

    /// <summary>A constant went.</summary>
    public void Removed(string initializer, string what) => _changed.Add(new NodeRemark(initializer, "", null, what));

    public PassOutcome Outcome() => new(pass, [.. _changed], [.. _kept.Values]);

    private static NodeRemark Remark(Node node, string text) => new(NameOf(node), node.OpType, node.SourcePath, text);

    // A file may leave its nodes nameless; the value they define is unique all the same.
    private static string NameOf(Node node) => node.Name.Length > 0 ? node.Name : Key(node);

    private static string Key(Node node) => node.Outputs.First(o => o.Length > 0);
}

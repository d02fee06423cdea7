using System.Collections.ObjectModel;

namespace MLPipeline.Onnx.Graphs;

/// <summary>A graph's nodes in execution order. It counts its changes, so that the graph knows when its index is stale.</summary>
public sealed class NodeList : Collection<Node>
{
    private readonly Action<Node> _added;

    internal NodeList(Action<Node> added) => _added = added;

    /// <summary>Goes up by one with every change.</summary>
    internal int Version { get; private set; }

    /// <summary>Appends each of <paramref name="nodes"/>.</summary>
    public void AddRange(IEnumerable<Node> nodes)
    {
        foreach (var node in nodes) Add(node);
    }

    /// <summary>Drops the nodes that match, keeping the order of the others.</summary>
    /// <returns>How many went.</returns>
    public int RemoveAll(Predicate<Node> match)
    {
        var gone = ((List<Node>)Items).RemoveAll(match);
        if (gone > 0) Version++;
        return gone;
    }

    /// <summary>Puts <paramref name="replacements"/> (none, one or several) where <paramref name="node"/> stood.</summary>
    /// <exception cref="ArgumentException">The node is not in this graph.</exception>
    public void Replace(Node node, params ReadOnlySpan<Node> replacements)
    {
        var at = IndexOf(node);
        if (at < 0) throw new ArgumentException($"{node} is not in this graph.", nameof(node));
        RemoveAt(at);
        foreach (var replacement in replacements) Insert(at++, replacement);
    }

    /// <inheritdoc/>
    protected override void InsertItem(int index, Node item)
    {
        ArgumentNullException.ThrowIfNull(item);
        base.InsertItem(index, item);
        Noted(item);
    }

    /// <inheritdoc/>
    protected override void SetItem(int index, Node item)
    {
        ArgumentNullException.ThrowIfNull(item);
        base.SetItem(index, item);
        Noted(item);
    }

    /// <inheritdoc/>
    protected override void RemoveItem(int index)
    {
        base.RemoveItem(index);
        Version++;
    }

    /// <inheritdoc/>
    protected override void ClearItems()
    {
        base.ClearItems();
        Version++;
    }

    private void Noted(Node node)
    {
        Version++;
        _added(node);
    }
}

using System.Collections.ObjectModel;

namespace MLPipeline.Onnx.Graphs;

/// <summary>A graph's nodes in execution order. It tells the graph of every node that comes or goes.</summary>
public sealed class NodeList : Collection<Node>
{
    private readonly Action<Node> _added;
    private readonly Action<Node> _removed;

    internal NodeList(Action<Node> added, Action<Node> removed) => (_added, _removed) = (added, removed);

    /// <summary>Appends each of <paramref name="nodes"/>.</summary>
    public void AddRange(IEnumerable<Node> nodes)
    {
        foreach (var node in nodes) Add(node);
    }

    /// <summary>Drops the nodes that match, keeping the order of the others.</summary>
    /// <returns>How many went.</returns>
    public int RemoveAll(Predicate<Node> match)
    {
        var gone = Items.Where(node => match(node)).ToHashSet();
        ((List<Node>)Items).RemoveAll(gone.Contains);
        foreach (var node in gone) _removed(node);
        return gone.Count;
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
        _added(item);
    }

    /// <inheritdoc/>
    protected override void SetItem(int index, Node item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var former = this[index];
        base.SetItem(index, item);
        _removed(former);
        _added(item);
    }

    /// <inheritdoc/>
    protected override void RemoveItem(int index)
    {
        var former = this[index];
        base.RemoveItem(index);
        _removed(former);
    }

    /// <inheritdoc/>
    protected override void ClearItems()
    {
        Node[] former = [.. this];
        base.ClearItems();
        foreach (var node in former) _removed(node);
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>An affine map of channels whose only reader is a linear node, directly or through a Flatten, moved into that node's weights.</summary>
/// <remarks>
/// Flatten at axis 1 makes of each channel of [N, C, H, W] as many neighbouring columns as it has places: the map is repeated H W times. That
/// must be known: with a symbolic height the columns of a channel can't be told.
/// </remarks>
internal sealed class ForwardFold
{
    private readonly Node _map;
    private readonly Node _linear;
    private readonly Node? _flatten;
    private readonly long _places;

    private ForwardFold(Node map, Node linear, Node? flatten, ChannelAxis axis, long places)
    {
        (_map, _linear, _flatten, Axis, _places) = (map, linear, flatten, axis, places);
    }

    /// <summary>Where the map's result must have its channels.</summary>
    public ChannelAxis Axis { get; }

    /// <summary>Finds the reader of a node.</summary>
    /// <param name="map">The node whose effect is to move.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="whyNot">Why a linear reader can't take it; empty when there is no linear reader at all.</param>
    public static ForwardFold? Of(Node map, Graph graph, out string whyNot)
    {
        whyNot = "";
        if (OnlyReader(map, graph, ref whyNot) is not { } reader) return null;
        if (!reader.Is("Flatten")) return Direct(map, reader, graph, ref whyNot);
        if (reader.Int("axis", 1) != 1 || OnlyReader(reader, graph, ref whyNot) is not { } linear || !(linear.Is("Gemm") || linear.Is("MatMul"))) return null;
        if (KnownShape.Of(map.Output, graph) is not { Count: >= 2 } shape || KnownShape.Product(shape.Skip(2)) is not { } places || places == 0)
            return No($"how many places a channel has in front of {reader} is not known", out whyNot);
        if (LinearFold.InputAxis(linear, graph) is not { } axis) return No($"the weights of {linear} are not known", out whyNot);
        return axis.Channels % places == 0
            ? new ForwardFold(map, linear, reader, ChannelAxis.Second(axis.Channels / places, shape.Count), places)
            : No($"{linear} has {axis.Channels} columns for channels of {places} places", out whyNot);
    }

    /// <summary>What a map of these channels makes of the reader.</summary>
    public Fold Take(ChannelAffine affine, Graph graph) => LinearFold.Before(_linear, affine.Repeated(_places), graph);

    /// <summary>Puts the folded reader in place and removes the map, which read <paramref name="value"/>.</summary>
    public void Apply(Fold fold, string value, Graph graph)
    {
        var folded = fold.Apply(graph);
        if (_flatten is { } flatten)
        {
            // What it gives is another value now, so it gets another name.
            var flat = flatten.WithInputs([value]).WithOutputs([graph.UniqueName(flatten.Output)]);
            if (graph.Values.Remove(flatten.Output, out var info)) graph.Values[flat.Output] = info with { Name = flat.Output };
            graph.Nodes.Replace(flatten, flat);
            value = flat.Output;
        }

        graph.Nodes.Replace(_linear, folded.WithInputs(folded.Inputs.Skip(1).Prepend(value)));
        graph.Nodes.Remove(_map);
    }

    /// <summary>How messages call the reader.</summary>
    public override string ToString() => _linear.ToString();

    private static ForwardFold? Direct(Node map, Node reader, Graph graph, ref string whyNot)
    {
        if (!LinearFold.IsLinear(reader)) return null;
        return LinearFold.InputAxis(reader, graph) is { } axis
            ? new ForwardFold(map, reader, null, axis, 1)
            : No($"the weights of {reader} after it are not known", out whyNot);
    }

    private static Node? OnlyReader(Node node, Graph graph, ref string whyNot)
    {
        var readers = graph.Consumers(node.Output);
        if (readers is [(var reader, 0)] && !graph.IsOutput(node.Output)) return reader;
        // Said only where a fold would have been possible otherwise.
        if (readers.Any(r => LinearFold.IsLinear(r.Node)))
            whyNot = graph.IsOutput(node.Output) ? "its result is also a graph output" : "its result has other readers than the node after it";
        return null;
    }

    private static ForwardFold? No(string reason, out string whyNot)
    {
        whyNot = reason;
        return null;
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Whether a node provably gives back its first input.</summary>
internal static class SameValue
{
    /// <summary>Empty when it does, the reason when an operator meant to do so does not, <see langword="null"/> for all others.</summary>
    public static string? WhyNot(Node node, Graph graph) => node switch
    {
        _ when node.Is("Identity") => "",
        _ when node.Is("Dropout") => Dropout(node, graph),
        _ when node.Is("Concat") && node.Inputs.Count == 1 => "",
        _ when node.Is("Cast") && KnownType.Of(node.Input(0), graph) == (ElementType)node.Int("to", 0) => "",
        _ when node.Is("Transpose") && node.Ints("perm") is { } perm && perm.Select((axis, i) => axis == i).All(same => same) => "",
        _ when node.Is("Flatten") && node.Int("axis", 1) == 1 && KnownShape.Of(node.Input(0), graph) is { Count: 2 } => "",
        _ when node.Is("Reshape") && Reshape(node, graph) => "",
        _ when node.Is("Slice") && Slice(node, graph) => "",
        _ when node.Is("Expand") && Expand(node, graph) => "",
        _ when node.Is("Tile") && All(node.Input(1), 1, graph) => "",
        _ when node.Is("Pad") && All(node.Input(1), 0, graph) => "",
        _ when (node.Is("Mul") || node.Is("Div")) && Neutral(node, 1, graph) => "",
        _ when node.Is("Sub") && Neutral(node, 0, graph) => "",
        _ => null,
    };

    private static string Dropout(Node node, Graph graph)
    {
        if (node.Outputs.Skip(1).Any(mask => mask.Length > 0 && (graph.Consumers(mask).Count > 0 || graph.IsOutput(mask)))) return "its mask is read";
        var training = node.Input(2);
        if (training.Length == 0) return "";
        if (graph.Constant(training) is not { Type: ElementType.Bool } mode) return "whether it trains is decided at run time";
        return mode.AsSpan<bool>()[0] ? "it is in training mode" : "";
    }

    private static bool Slice(Node node, Graph graph)
    {
        if (Integers(node.Input(1), graph) is not { } starts || Integers(node.Input(2), graph) is not { } ends || starts.Any(s => s != 0)) return false;
        if (node.Input(4).Length > 0 && !All(node.Input(4), 1, graph)) return false;
        return ReachesEnd(node, ends, graph);
    }

    // By what exporters write for "to the end", or because the axis is known to be no longer.
    private static bool ReachesEnd(Node node, long[] ends, Graph graph)
    {
        var shape = KnownShape.Of(node.Input(0), graph);
        var axes = node.Input(3).Length == 0 ? [.. Enumerable.Range(0, ends.Length).Select(i => (long)i)] : Integers(node.Input(3), graph);
        return axes is not null && axes.Zip(ends).All(p => p.Second >= int.MaxValue || p.Second >= Length(shape, p.First));
    }

    private static long? Length(IReadOnlyList<Dim>? shape, long axis) => shape?[(int)(axis < 0 ? axis + shape.Count : axis)].Value;

    private static bool Expand(Node node, Graph graph)
    {
        if (Integers(node.Input(1), graph) is not { } wanted || KnownShape.Of(node.Input(0), graph) is not { } shape || wanted.Length > shape.Count) return false;
        return wanted.Select((length, i) => length == 1 || length == shape[shape.Count - wanted.Length + i].Value).All(same => same);
    }

    private static bool Neutral(Node node, double value, Graph graph)
    {
        if (graph.Constant(node.Input(1)) is not { } constant || !constant.Type.IsFloatingPoint()) return false;
        var rank = constant.Dims.Count == 0 ? 0 : KnownShape.Of(node.Input(0), graph)?.Count;
        return constant.Count == 1 && constant.Dims.Count <= rank && constant.ToDoubles()[0] is var c && c == value && !double.IsNegative(c);
    }

    private static bool All(string name, long value, Graph graph) => Integers(name, graph)?.All(v => v == value) == true;

    private static long[]? Integers(string name, Graph graph) => graph.Constant(name)?.Type switch
    {
        ElementType.Int64 => graph.Constant(name)!.AsSpan<long>().ToArray(),
        ElementType.Int32 => [.. graph.Constant(name)!.AsSpan<int>().ToArray().Select(i => (long)i)],
        _ => null,
    };

    private static bool Reshape(Node node, Graph graph)
    {
        if (KnownShape.Of(node.Input(0), graph) is not { } shape) return false;
        if (graph.Constant(node.Input(1)) is not { Type: ElementType.Int64 } wanted || wanted.Count != shape.Count) return false;
        var copies = node.Int("allowzero", 0) == 0;
        var inferred = 0;
        for (var i = 0; i < shape.Count; i++)
        {
            var length = wanted.AsSpan<long>()[i];
            if (length == -1) inferred++;
            else if (length != shape[i].Value && !(length == 0 && copies)) return false;
        }

        return inferred <= 1;
    }
}

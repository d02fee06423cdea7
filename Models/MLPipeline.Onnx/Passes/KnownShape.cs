using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>What is known of a value's axes: what the graph says, or what follows from the nodes that make it.</summary>
internal static class KnownShape
{
    private const int Depth = 16;

    private static readonly HashSet<string> SameAsFirstInput =
    [
        "Identity", "Cast", "Dropout", "BatchNormalization", "Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid", "Tanh", "Softplus", "Softsign",
        "Neg", "Abs", "Sqrt", "Exp", "Log", "Erf", "Clip", "Softmax", "LogSoftmax", "Gelu", "Mish", "HardSwish", "Floor", "Ceil", "Round", "Reciprocal", "Not",
    ];

    /// <summary>The axes; null when not even their number is known.</summary>
    public static IReadOnlyList<Dim>? Of(string name, Graph graph) => Of(name, graph, Depth, []);

    /// <summary>The product of some axes; null while one of them is unknown.</summary>
    public static long? Product(IEnumerable<Dim> dims) => new ValueInfo("", ElementType.Float, [.. dims]).ElementCount;

    // A value that is read twice is asked for twice, and so is each before it: what is known is kept, by the depth it was asked at.
    private static IReadOnlyList<Dim>? Of(string name, Graph graph, int depth, Dictionary<(string, int), IReadOnlyList<Dim>?> asked)
    {
        if (graph.Info(name)?.Shape is { } known) return known;
        if (asked.TryGetValue((name, depth), out var shape)) return shape;
        return asked[(name, depth)] = Follow(name, graph, depth, asked);
    }

    private static IReadOnlyList<Dim>? Follow(string name, Graph graph, int depth, Dictionary<(string, int), IReadOnlyList<Dim>?> asked)
    {
        if (depth == 0 || graph.Producer(name) is not { Domain.Length: 0 } node || node.Output != name) return null;
        if (SameAsFirstInput.Contains(node.OpType)) return Of(node.Input(0), graph, depth - 1, asked);
        return node.OpType switch
        {
            "Add" or "Sub" or "Mul" or "Div" => Broadcast(Of(node.Input(0), graph, depth - 1, asked), Of(node.Input(1), graph, depth - 1, asked)),
            "Transpose" when node.Ints("perm") is { } order && Of(node.Input(0), graph, depth - 1, asked) is { } from && from.Count == order.Count =>
                [.. order.Select(axis => from[(int)axis])],
            "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => Of(node.Input(0), graph, depth - 1, asked) is { } from ? Renamed(node, from, graph) : null,
            _ => null,
        };
    }

    private static Dim[]? Renamed(Node node, IReadOnlyList<Dim> from, Graph graph)
    {
        var split = (int)node.Int("axis", 1);
        if (node.Is("Flatten")) return [Together(from.Take(split < 0 ? split + from.Count : split)), Together(from.Skip(split < 0 ? split + from.Count : split))];
        if (graph.Constant(node.Input(1)) is not { Type: ElementType.Int64 } constant) return null;
        var values = constant.AsSpan<long>().ToArray();
        if (node.Is("Reshape")) return [.. values.Select((length, axis) => Renamed(length, axis, node, from))];
        var rank = from.Count + (node.Is("Unsqueeze") ? values.Length : 0);
        var axes = values.Select(axis => axis < 0 ? axis + rank : axis).Order().ToList();
        if (node.Is("Squeeze")) return [.. from.Where((_, axis) => !axes.Contains(axis))];
        var dims = from.ToList();
        foreach (var axis in axes) dims.Insert((int)axis, 1);
        return [.. dims];
    }

    private static Dim Renamed(long length, int axis, Node node, IReadOnlyList<Dim> from) =>
        length > 0 ? length : length == 0 && node.Int("allowzero", 0) == 0 && axis < from.Count ? from[axis] : default;

    private static Dim Together(IEnumerable<Dim> dims) => dims.ToList() is [var only] ? only : Product(dims) is { } product ? product : default(Dim);

    private static Dim[]? Broadcast(IReadOnlyList<Dim>? a, IReadOnlyList<Dim>? b)
    {
        if (a is null || b is null) return null;
        var rank = Math.Max(a.Count, b.Count);
        return [.. Enumerable.Range(1, rank).Reverse().Select(fromEnd => Broadcast(At(a, fromEnd), At(b, fromEnd)))];
    }

    private static Dim At(IReadOnlyList<Dim> shape, int fromEnd) => fromEnd <= shape.Count ? shape[^fromEnd] : 1;

    private static Dim Broadcast(Dim a, Dim b)
    {
        if (a.Value == 1 || a == b) return b;
        if (b.Value == 1) return a;
        // A length other than 1 wins over one that is not known: the other must be 1 or the same.
        return a.Value is not null ? a : b.Value is not null ? b : default;
    }
}

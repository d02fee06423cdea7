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
    public static IReadOnlyList<Dim>? Of(string name, Graph graph) => Of(name, graph, Depth);

    /// <summary>The product of some axes; null while one of them is unknown.</summary>
    public static long? Product(IEnumerable<Dim> dims) => new ValueInfo("", ElementType.Float, [.. dims]).ElementCount;

    private static IReadOnlyList<Dim>? Of(string name, Graph graph, int depth)
    {
        if (graph.Info(name)?.Shape is { } known) return known;
        if (depth == 0 || graph.Producer(name) is not { Domain.Length: 0 } node || node.Output != name) return null;
        if (SameAsFirstInput.Contains(node.OpType)) return Of(node.Input(0), graph, depth - 1);
        return node.OpType switch
        {
            "Add" or "Sub" or "Mul" or "Div" => Broadcast(Of(node.Input(0), graph, depth - 1), Of(node.Input(1), graph, depth - 1)),
            "Transpose" when node.Ints("perm") is { } order && Of(node.Input(0), graph, depth - 1) is { } from && from.Count == order.Count =>
                [.. order.Select(axis => from[(int)axis])],
            _ => null,
        };
    }

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

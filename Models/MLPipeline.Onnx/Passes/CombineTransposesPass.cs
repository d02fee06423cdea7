using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Makes one Transpose of two in a row, and brings two together that cancel across elementwise nodes.</summary>
/// <remarks>
/// Axis i of the second's result is axis p2[i] of the first's, which is axis p1[p2[i]] of what the first reads: one Transpose by p1[p2]. When
/// that moves nothing, <see cref="RemoveIdentityPass"/> takes it away. Legal whoever else reads the first, which stays for them.
/// <para>
/// f(transpose(x)) = transpose(f(x)) for what works on each element alone: a Transpose behind such nodes moves in front of them where it meets
/// its inverse. Legal when nobody else reads what is in between, it is no graph output, and a second operand is a constant of one value.
/// </para>
/// </remarks>
internal sealed class CombineTransposesPass : NodePass
{
    private const int MostNodesBetween = 8;

    private static readonly HashSet<string> Elementwise =
    [
        "Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Softsign", "Neg", "Abs", "Sqrt", "Exp", "Log", "Erf",
        "Floor", "Ceil", "Round", "Reciprocal", "Not", "Cast", "Identity", "Clip", "Mish", "Gelu", "Add", "Sub", "Mul", "Div", "Pow",
    ];

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (Order(node) is not { } second || graph.Producer(node.Input(0)) is not { } before) return null;
        if (Order(before) is { } first) return Combine(node, before, first, second, graph);
        return MeetsInverse(before, second, graph) ? Advance(node, before, graph) : null;
    }

    private static Decision.Rewrite? Combine(Node node, Node before, long[] first, long[] second, Graph graph)
    {
        if (first.Length != second.Length) return null;
        long[] order = [.. second.Select(axis => first[axis])];
        return new Decision.Rewrite($"combined with {before}", () =>
            graph.Nodes.Replace(node, node.WithInputs(before.Inputs).WithAttribute("perm", order)));
    }

    // One step: the Transpose and the node before it change places.
    private static Decision.Rewrite Advance(Node node, Node before, Graph graph) => new($"put before {before}", () =>
    {
        var at = DataInput(before, graph)!.Value;
        var moved = graph.UniqueName(before.Output);
        graph.Nodes.Replace(before, node.WithInputs([before.Inputs[at]]).WithOutputs([moved]));
        graph.Nodes.Replace(node, before.WithInputs(before.Inputs.Select((input, i) => i == at ? moved : input)).WithOutputs([node.Output]));
        graph.Values.Remove(before.Output);
    });

    private static bool MeetsInverse(Node node, long[] order, Graph graph)
    {
        for (var steps = 0; steps < MostNodesBetween; steps++)
        {
            if (BackwardFold.WhyShared(node, graph) is not null || DataInput(node, graph) is not { } at) return false;
            if (graph.Producer(node.Inputs[at]) is not { } before) return false;
            if (Order(before) is { } other)
                return other.Length == order.Length && order.Select((axis, i) => other[axis] == i).All(same => same);
            node = before;
        }

        return false;
    }

    // The one input with axes to move; null when the node is not elementwise, or another input has axes too.
    private static int? DataInput(Node node, Graph graph)
    {
        if (node.Domain.Length > 0 || node.Outputs.Count != 1 || !Elementwise.Contains(node.OpType)) return null;
        var others = Enumerable.Range(0, node.Inputs.Count).Where(i => node.Inputs[i].Length > 0 && graph.Constant(node.Inputs[i]) is not { Count: 1 }).ToList();
        return others is [var only] && !node.Inputs.Any(i => i.Length > 0 && graph.Constant(i) is { Dims.Count: > 1 }) ? only : null;
    }

    private static long[]? Order(Node node) => node.Is("Transpose") && node.Ints("perm") is { } order ? [.. order] : null;
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Takes the maximum before an activation instead of after it, so that the activation is worked out for fewer places.</summary>
/// <remarks>
/// A function that never falls keeps what is largest: max f(x) = f(max x), up to the rounding of f. MaxPool pads with what is less than
/// anything, which no window consists of. Legal when
/// <list type="bullet">
/// <item>the activation is Sigmoid, Tanh, Softplus, Softsign, Erf, Exp, Selu, or Elu with an alpha that is not negative;</item>
/// <item>the pooling leaves fewer places, and its indices are not asked for;</item>
/// <item>nobody else reads the activation's result, which is no graph output.</item>
/// </list>
/// Not for Relu and its like, which cost nothing inside the convolution before them, where runtimes put them.
/// </remarks>
internal sealed class PoolBeforeActivationPass : NodePass
{
    private static readonly HashSet<string> Rising = ["Sigmoid", "Tanh", "Softplus", "Softsign", "Erf", "Exp", "Selu"];

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("MaxPool") || node.Outputs.Skip(1).Any(o => o.Length > 0)) return null;
        if (graph.Producer(node.Input(0)) is not { Domain.Length: 0 } activation || !Rises(activation)) return null;
        if ((node.Ints("strides") ?? []).Aggregate(1L, (a, b) => a * b) <= 1) return null;
        if (BackwardFold.WhyShared(activation, graph) is { } shared) return new Decision.Keep(shared);
        return new Decision.Rewrite($"put before {activation}", () =>
        {
            var pooled = graph.UniqueName(node.Output + ".pooled");
            if (graph.Info(node.Output) is { } info) graph.Values[pooled] = info with { Name = pooled };
            graph.Nodes.Replace(activation, node.WithInputs(activation.Inputs).WithOutputs([pooled]));
            graph.Nodes.Replace(node, activation.WithInputs([pooled]).WithOutputs([node.Output]));
            graph.Values.Remove(activation.Output);
        });
    }

    private static bool Rises(Node node) =>
        Rising.Contains(node.OpType)
            ? node.Float("alpha", 1) >= 0 && node.Float("gamma", 1) >= 0
            : node.Is("Elu") && node.Float("alpha", 1) >= 0;
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>New weights for a node, worked out in double, or the reason why there are none.</summary>
/// <param name="WhyNot">Empty when the fold is legal.</param>
/// <param name="Apply">Stores the new weights and returns the node that reads them, in place of the old one.</param>
internal sealed record Fold(string WhyNot, Func<Graph, Node> Apply)
{
    /// <summary>A fold that is not legal.</summary>
    public static Fold No(string whyNot) => new(whyNot, _ => throw new InvalidOperationException($"The fold is not legal: {whyNot}."));

    /// <summary>A fold that gives the node new constants for some of its inputs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Which input, the hint for its name, and its values.</param>
    public static Fold Yes(Node node, params (int Input, string Hint, FoldedTensor Values)[] inputs)
    {
        foreach (var (_, hint, values) in inputs)
        {
            if (values.WhyNot is { } whyNot) return No($"the new {hint} {whyNot}");
        }

        return new Fold("", graph =>
        {
            var names = node.Inputs.ToList();
            foreach (var (input, hint, values) in inputs)
            {
                while (names.Count <= input) names.Add("");
                names[input] = graph.AddInitializer(hint + ".folded", values.ToTensor());
            }

            return node.WithInputs(names);
        });
    }

    /// <summary>What to call the bias of a node that had none, after its weights: <c>conv1.weight</c> has <c>conv1.bias</c>.</summary>
    public static string BiasNameFor(string weights) => weights.EndsWith(".weight", StringComparison.Ordinal) ? weights[..^6] + "bias" : weights + ".bias";
}

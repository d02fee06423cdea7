using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>New weights for a node, worked out in double, or the reason why there are none.</summary>
/// <param name="WhyNot">Empty when the fold is legal.</param>
/// <param name="Apply">Stores the new weights and returns the node that reads them, in place of the old one.</param>
internal sealed record Fold(string WhyNot, Func<Graph, Node> Apply)
{
    /// <summary>The largest number that the fold adds to a result, summands taken without their signs; 0 when it only scales.</summary>
    public double Shift { get; init; }

    /// <summary>A fold that is not legal.</summary>
    public static Fold No(string whyNot) => new(whyNot, _ => throw new InvalidOperationException($"The fold is not legal: {whyNot}."));

    /// <summary>A fold that gives the node new constants for some of its inputs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Which input, the hint for its name, and its values; null for an input that stays.</param>
    public static Fold Yes(Node node, params (int Input, string Hint, FoldedTensor Values)?[] inputs)
    {
        foreach (var (_, hint, values) in inputs.OfType<(int, string, FoldedTensor)>())
        {
            if (values.WhyNot is { } whyNot) return No($"the new {hint} {whyNot}");
        }

        return new Fold("", graph =>
        {
            var names = node.Inputs.ToList();
            foreach (var (input, hint, values) in inputs.OfType<(int, string, FoldedTensor)>())
            {
                while (names.Count <= input) names.Add("");
                names[input] = graph.AddInitializer(hint.EndsWith(Suffix, StringComparison.Ordinal) ? hint : hint + Suffix, values.Data);
            }

            return node.WithInputs(names);
        });
    }

    /// <summary>What to call the bias of a node that had none, after its weights: <c>conv1.weight</c> has <c>conv1.bias</c>.</summary>
    public static string BiasNameFor(string weights)
    {
        var stem = weights.EndsWith(Suffix, StringComparison.Ordinal) ? weights[..^Suffix.Length] : weights;
        return stem.EndsWith(".weight", StringComparison.Ordinal) ? stem[..^6] + "bias" : stem + ".bias";
    }

    private const string Suffix = ".folded";
}

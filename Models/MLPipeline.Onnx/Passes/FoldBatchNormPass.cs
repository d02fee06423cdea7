using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Folds a batch normalisation into the linear node before it.</summary>
/// <remarks>
/// Outside training a batch normalisation is an affine map of each channel (<see cref="ChannelAffine"/>), and an affine map after a
/// linear one is again linear. All arithmetic is in double; each new weight is rounded once. Legal when
/// <list type="bullet">
/// <item>the normalisation's four parameters are constants, and it is not in training mode;</item>
/// <item>the node before it is Conv, ConvTranspose, Gemm, MatMul of matrices, or such a MatMul and Add, with constant weights
/// (<see cref="ConvFold"/>, <see cref="GemmFold"/>, <see cref="MatMulFold"/>);</item>
/// <item>only the normalisation reads that node's result, and the result is no graph output;</item>
/// <item>the new weights are finite in the type they are stored in.</item>
/// </list>
/// New weights get new names and the old ones are never changed: two layers may share them. Old weights that nobody reads any more are
/// left to <see cref="RemoveDeadNodesPass"/>.
/// </remarks>
internal sealed class FoldBatchNormPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("BatchNormalization")) return null;
        if (ChannelAffine.OfBatchNorm(node, graph, out var whyNot) is not { } affine) return new Decision.Keep(whyNot);
        if (SoleProducer(node.Input(0), graph, out whyNot) is not { } before) return new Decision.Keep(whyNot);
        return before.OpType switch
        {
            "Conv" or "ConvTranspose" when before.Domain.Length == 0 => Into(before, ConvFold.After(before, affine, graph), node, graph),
            "Gemm" when before.Is("Gemm") => Into(before, GemmFold.After(before, affine, graph), node, graph),
            "Add" when before.Is("Add") => IntoSum(before, affine, node, graph),
            "MatMul" when before.Is("MatMul") => IntoProduct(before, affine, node, graph),
            _ => new Decision.Keep($"{before} before it is not linear with weights of its own"),
        };
    }

    private static Node? SoleProducer(string value, Graph graph, out string whyNot)
    {
        var producer = graph.Producer(value);
        whyNot = producer is null ? $"it reads %{value}, which no node makes"
            : graph.IsOutput(value) ? $"the result of {producer} is also a graph output"
            : graph.Consumers(value).Count > 1 ? $"the result of {producer} has other readers"
            : "";
        return whyNot.Length == 0 ? producer : null;
    }

    private static Decision Into(Node linear, Fold fold, Node norm, Graph graph)
    {
        if (fold.WhyNot.Length > 0) return new Decision.Keep(fold.WhyNot);
        return new Decision.Rewrite($"folded into {linear}", () =>
        {
            graph.Nodes.Replace(linear, fold.Apply(graph).WithOutputs([norm.Output]));
            graph.Nodes.Remove(norm);
        });
    }

    private static Decision IntoSum(Node sum, ChannelAffine affine, Node norm, Graph graph)
    {
        var productInput = graph.Producer(sum.Input(0))?.Is("MatMul") == true ? 0 : 1;
        if (graph.Producer(sum.Input(productInput)) is not { } product || !product.Is("MatMul"))
            return new Decision.Keep($"{sum} before it is not linear with weights of its own");
        if (SoleProducer(product.Output, graph, out var whyNot) is null) return new Decision.Keep(whyNot);
        var (weights, bias) = (MatMulFold.Product(product, affine, graph), MatMulFold.Sum(sum, 1 - productInput, affine, graph));
        if (weights.WhyNot.Length > 0) return new Decision.Keep(weights.WhyNot);
        if (bias.WhyNot.Length > 0) return new Decision.Keep(bias.WhyNot);
        return new Decision.Rewrite($"folded into {product} and {sum}", () =>
        {
            graph.Nodes.Replace(product, weights.Apply(graph));
            graph.Nodes.Replace(sum, bias.Apply(graph).WithOutputs([norm.Output]));
            graph.Nodes.Remove(norm);
        });
    }

    // A product alone has nowhere to put the shift: an Add takes the normalisation's place.
    private static Decision IntoProduct(Node product, ChannelAffine affine, Node norm, Graph graph)
    {
        var weights = MatMulFold.Product(product, affine, graph);
        if (weights.WhyNot.Length > 0) return new Decision.Keep(weights.WhyNot);
        var shift = new FoldedTensor(graph.Constant(product.Input(1))!.Type, affine.Shift, affine.Channels);
        if (shift.WhyNot is { } whyNot) return new Decision.Keep($"its shifts {whyNot}");
        return new Decision.Rewrite($"folded into {product} and an Add", () =>
        {
            graph.Nodes.Replace(product, weights.Apply(graph));
            var bias = graph.AddInitializer(Fold.BiasNameFor(product.Input(1)) + ".folded", shift.ToTensor());
            graph.Nodes.Replace(norm, new Node("Add", [product.Output, bias], norm.Outputs) { Name = graph.UniqueName("Add"), SourcePath = norm.SourcePath });
        });
    }
}

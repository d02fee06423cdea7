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
/// <para>
/// One that does not fold (DenseNet's: after a Concat, before a Relu) stays a BatchNormalization, because that is the cheapest exact form.
/// Milliseconds of processor time, median (least), of a dense stage in ONNX Runtime 1.31.1, all optimisations on, on an AMD EPYC with two
/// cores that did other work too; processor time because of that. Written as BatchNormalization, as Mul and Add by [1,C,1,1], as a 1x1
/// depthwise Conv, and left out altogether, which gives wrong numbers and shows what there is to win:
/// </para>
/// <code>
/// threads, channels, image, batch    BatchNorm      Mul + Add      depthwise      left out
/// 1   64..256   8x8     1            0.85 (0.66)    1.02 (0.72)    0.89 (0.65)    0.83 (0.63)
/// 1   64..256   8x8    64            42.2 (40.3)    49.5 (46.9)    43.5 (40.1)    41.9 (40.2)
/// 1   64..256   28x28   1            7.60 (7.08)    8.50 (7.83)    7.65 (6.98)    7.56 (7.00)
/// 1   64..256   28x28  64             524 (469)      613 (582)      493 (467)      512 (475)
/// 1   256..640  7x7     1            2.79 (2.05)    3.50 (2.52)    2.78 (2.06)    2.59 (1.97)
/// 1   256..640  7x7    64             143 (126)      172 (162)      138 (122)      136 (124)
/// 2   64..256   8x8     1            0.78 (0.62)    1.05 (0.73)    0.79 (0.62)    0.71 (0.64)
/// 2   64..256   8x8    64            51.0 (40.6)    54.8 (49.6)    47.8 (43.3)    50.7 (41.2)
/// 2   64..256   28x28   1            7.79 (7.02)    9.30 (7.82)    7.60 (6.91)    7.87 (6.98)
/// 2   64..256   28x28  64             582 (537)      813 (685)      667 (570)      610 (549)
/// </code>
/// <para>
/// Mul and Add make the stage 7 to 40 % slower. The depthwise Conv costs what BatchNormalization costs, within the noise, and so does
/// nothing at all; so the operator that says what it means stays.
/// </para>
/// </remarks>
internal sealed class FoldBatchNormPass : NodePass
{
    private static readonly string[] Linear = ["Conv", "ConvTranspose", "Gemm", "MatMul", "Add"];

    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("BatchNormalization")) return null;
        if (ChannelAffine.OfBatchNorm(node, graph, out var whyNot) is not { } affine) return new Decision.Keep(whyNot);
        if (graph.Producer(node.Input(0)) is not { } before) return new Decision.Keep($"it reads %{node.Input(0)}, which no node makes");
        if (!Linear.Any(before.Is)) return NotLinear(before);
        if (WhyShared(before, graph) is { } shared) return new Decision.Keep(shared);
        return before.OpType switch
        {
            "Gemm" => Into(before, GemmFold.After(before, affine, graph), node, graph),
            "Add" => IntoSum(before, affine, node, graph),
            "MatMul" => IntoProduct(before, affine, node, graph),
            _ => Into(before, ConvFold.After(before, affine, graph), node, graph),
        };
    }

    private static Decision.Keep NotLinear(Node before) => new($"{before} before it is not linear with weights of its own");

    private static string? WhyShared(Node before, Graph graph) =>
        graph.IsOutput(before.Output) ? $"the result of {before} is also a graph output"
        : graph.Consumers(before.Output).Count > 1 ? $"the result of {before} has other readers"
        : null;

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
            return NotLinear(sum);
        if (WhyShared(product, graph) is { } shared) return new Decision.Keep(shared);
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

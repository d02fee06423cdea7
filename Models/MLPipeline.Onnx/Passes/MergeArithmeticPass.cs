using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Evaluation;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Makes one node of two that multiply by constants, or add constants, one after the other.</summary>
/// <remarks>
/// (x a) b = x (a b), and so with division; (x + a) + b = x + (a + b), and so with subtraction; whatever the constants' shapes, because
/// broadcasting does not mind the order. (x + a) b = x b + a b only where x is a product with a constant matrix, whose columns take b next
/// (a LayerScale after a linear layer of three axes). Legal when
/// <list type="bullet">
/// <item>both nodes have a constant operand (x / c and x - c, not c / x nor c - x), of float or double;</item>
/// <item>nobody else reads the value in between, and it is no graph output;</item>
/// <item>the new constant is not larger than the larger of the two, and one operation of IEEE 754 gives it: finite, and for a product neither
/// zero nor subnormal unless a factor is;</item>
/// <item>summands do not point in opposite directions: x + 2^23 - 2^23 is a way to round, and must stay one.</item>
/// </list>
/// </remarks>
internal sealed class MergeArithmeticPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (ConstantStep.Of(node, graph) is not { } second || graph.Producer(second.Value) is not { } before || !IsNumber(second)) return null;
        if (ConstantStep.Of(before, graph) is not { } first || !IsNumber(first) || BackwardFold.WhyShared(before, graph) is not null) return null;
        if (first.Multiplies == second.Multiplies) return Merge(before, first, second, graph);
        return second.Multiplies ? Distribute(before, first, second, graph) : null;
    }

    private static Decision.Rewrite? Merge(Node before, ConstantStep first, ConstantStep second, Graph graph)
    {
        // The inverse of an inverse step stays one: x / a / b is x / (a b).
        var inverse = first.Inverse && second.Inverse;
        var (a, b) = first.Inverse && !inverse ? (second, first) : (first, second);
        var constant = first.Inverse == second.Inverse ? Apply(first.Multiplies, false, a.Constant, b.Constant) : Apply(first.Multiplies, true, a.Constant, b.Constant);
        if (constant is null || constant.Count > Math.Max(a.Constant.Count, b.Constant.Count)) return null;
        if (first.Multiplies ? !IsSafeProduct(constant, a.Constant, b.Constant) : !first.AgreesInSign(second)) return null;
        return new Decision.Rewrite($"merged with {before}", () =>
        {
            var name = graph.AddInitializer("constant.merged", constant);
            var op = (first.Multiplies, inverse) switch { (true, true) => "Div", (true, false) => "Mul", (false, true) => "Sub", _ => "Add" };
            graph.Nodes.Replace(second.Node, new Node(op, [first.Value, name], second.Node.Outputs) { Name = graph.UniqueName(second.Node.Name), SourcePath = second.Node.SourcePath });
            graph.Nodes.Remove(before);
        });
    }

    private static Decision.Rewrite? Distribute(Node sum, ConstantStep first, ConstantStep second, Graph graph)
    {
        if (graph.Producer(first.Value) is not { } product || !product.Is("MatMul") || BackwardFold.WhyShared(product, graph) is not null) return null;
        if (LinearFold.OutputAxis(product, graph) is not { } axis || ChannelArithmetic.Of(second.Node, axis, graph, lengthIsKnown: true) is null) return null;
        if (Apply(true, second.Inverse, first.Constant, second.Constant) is not { } summand || summand.Count > axis.Channels) return null;
        return new Decision.Rewrite($"moved in front of {sum}", () =>
        {
            var (scaled, name) = (graph.UniqueName(product.Output), graph.AddInitializer("constant.merged", summand));
            var node = second.Node;
            graph.Nodes.Replace(sum, node.WithInputs(node.Inputs.Select(i => i == second.Value ? first.Value : i)).WithOutputs([scaled]));
            graph.Nodes.Replace(node, new Node(sum.OpType, [scaled, name], node.Outputs) { Name = graph.UniqueName(sum.Name), SourcePath = sum.SourcePath });
        });
    }

    // Of float16, one operation of IEEE 754 is not what runtimes do.
    private static bool IsNumber(ConstantStep step) => step.Constant.Type is ElementType.Float or ElementType.Double;

    private static TensorData? Apply(bool multiplies, bool inverse, TensorData a, TensorData b) => Arithmetic.Binary(
        (multiplies, inverse) switch
        {
            (true, false) => ArithmeticOperator.Multiply,
            (true, true) => ArithmeticOperator.Divide,
            (false, false) => ArithmeticOperator.Add,
            _ => ArithmeticOperator.Subtract,
        },
        a,
        b);

    private static bool IsSafeProduct(TensorData product, TensorData a, TensorData b)
    {
        if (a.ToDoubles().Concat(b.ToDoubles()).Any(v => v == 0 || !double.IsFinite(v))) return false;
        var least = product.Type == ElementType.Float ? 1.17549435e-38 : 2.2250738585072014e-308;
        return product.ToDoubles().All(v => double.IsFinite(v) && Math.Abs(v) >= least);
    }
}

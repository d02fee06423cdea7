using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Evaluation;

namespace MLPipeline.Onnx.Passes;

/// <summary>Works out, once, what is the same in every run.</summary>
/// <remarks>
/// y = f(c1, c2, ...) becomes the constant y, under the same name, so that readers and body graphs find it. Legal when every input is a
/// constant and <see cref="Evaluator"/> knows the operator for those types, or when the node is Shape of a value all of whose axes are
/// known, or Gather of those of a Shape's that are. The operators are those of weight layout (Transpose, Reshape, ...), of shapes (Shape, Gather, Concat, ...), of masks and positions
/// (Range, Where, comparisons, ...), and the arithmetic that IEEE 754 defines to the last bit: whatever an evaluation could round otherwise
/// than the runtime is left to the runtime, and so is anything not known, and a result much larger than what it is made of, silently. A graph
/// output stays the work of a node.
/// </remarks>
internal sealed class FoldConstantsPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (node.Domain.Length > 0 || node.Outputs.Count != 1 || graph.IsOutput(node.Output)) return null;
        if ((node.Is("Shape") ? ShapeOf(node, graph) : Evaluate(node, graph) ?? PartOfShape(node, graph)) is not { } value) return null;
        return new Decision.Rewrite($"worked out: {value}", () =>
        {
            graph.Nodes.Remove(node);
            graph.Initializers.Add(node.Output, value);
            graph.Values.Remove(node.Output);
        });
    }

    private static TensorData? Evaluate(Node node, Graph graph)
    {
        var inputs = node.Inputs.Select(name => name.Length == 0 ? null : graph.Constant(name)).ToList();
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is null && node.Inputs[i].Length > 0) return null;
        }

        return Evaluator.Evaluate(node, inputs);
    }

    private static TensorData? ShapeOf(Node node, Graph graph)
    {
        var asked = Lengths(node, graph);
        return asked is null || asked.Contains(null) ? null : TensorData.Vector([.. asked.Select(d => d!.Value)]);
    }

    // Gather of Shape: the lengths asked for may be known where others are not.
    private static TensorData? PartOfShape(Node node, Graph graph)
    {
        if (!node.Is("Gather") || graph.Producer(node.Input(0)) is not { } of || !of.Is("Shape") || Lengths(of, graph) is not { } lengths) return null;
        if (graph.Constant(node.Input(1)) is not { Type: ElementType.Int64 } index) return null;
        var known = TensorData.Vector([.. lengths.Select(length => length ?? -1)]);
        return Evaluator.Evaluate(node, [known, index]) is { } picked && !picked.AsSpan<long>().Contains(-1) ? picked : null;
    }

    private static List<long?>? Lengths(Node node, Graph graph)
    {
        if (KnownShape.Of(node.Input(0), graph) is not { } shape) return null;
        var (start, end) = (Clamp(node.Int("start", 0)), Clamp(node.Int("end", shape.Count)));
        return [.. shape.Take((int)end).Skip((int)start).Select(d => d.Value)];

        long Clamp(long axis) => Math.Clamp(axis < 0 ? axis + shape.Count : axis, 0, shape.Count);
    }
}

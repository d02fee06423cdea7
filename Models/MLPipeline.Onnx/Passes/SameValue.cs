using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Whether a node provably gives back its first input.</summary>
internal static class SameValue
{
    /// <summary>Empty when it does, the reason when an operator meant to do so does not, <see langword="null"/> for all others.</summary>
    public static string? WhyNot(Node node, Graph graph) => node switch
    {
        _ when node.Is("Identity") => "",
        _ when node.Is("Dropout") => Dropout(node, graph),
        _ when node.Is("Concat") && node.Inputs.Count == 1 => "",
        _ when node.Is("Cast") && graph.Info(node.Input(0))?.Type == (ElementType)node.Int("to", 0) => "",
        _ when node.Is("Transpose") && node.Ints("perm") is { } perm && perm.Select((axis, i) => axis == i).All(same => same) => "",
        _ when node.Is("Flatten") && node.Int("axis", 1) == 1 && graph.Info(node.Input(0))?.Shape is { Count: 2 } => "",
        _ when node.Is("Reshape") && Reshape(node, graph) => "",
        _ => null,
    };

    private static string Dropout(Node node, Graph graph)
    {
        if (node.Outputs.Skip(1).Any(mask => mask.Length > 0 && (graph.Consumers(mask).Count > 0 || graph.IsOutput(mask)))) return "its mask is read";
        var training = node.Input(2);
        if (training.Length == 0) return "";
        if (graph.Constant(training) is not { Type: ElementType.Bool } mode) return "whether it trains is decided at run time";
        return mode.AsSpan<bool>()[0] ? "it is in training mode" : "";
    }

    private static bool Reshape(Node node, Graph graph)
    {
        if (graph.Info(node.Input(0))?.Shape is not { } shape) return false;
        if (graph.Constant(node.Input(1)) is not { Type: ElementType.Int64 } wanted || wanted.Count != shape.Count) return false;
        var copies = node.Int("allowzero", 0) == 0;
        var inferred = 0;
        for (var i = 0; i < shape.Count; i++)
        {
            var length = wanted.AsSpan<long>()[i];
            if (length == -1) inferred++;
            else if (length != shape[i].Value && !(length == 0 && copies)) return false;
        }

        return inferred <= 1;
    }
}

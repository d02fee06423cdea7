using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Precision;

/// <summary>Makes float32 inputs and outputs of a graph float16. Casts that thereby do nothing go.</summary>
internal static class HalfInterface
{
    /// <summary>Retypes every float32 input and output.</summary>
    /// <exception cref="NotSupportedException">A body graph captures one of them.</exception>
    public static void Convert(Graph graph)
    {
        foreach (var input in graph.Inputs.Where(i => i.Type == ElementType.Float && !graph.Initializers.ContainsKey(i.Name)).ToList()) ConvertInput(graph, input);
        foreach (var output in graph.Outputs.Where(o => o.Type == ElementType.Float).ToList()) ConvertOutput(graph, output);
    }

    private static void ConvertInput(Graph graph, ValueInfo input)
    {
        CheckNotCaptured(graph, input.Name);
        graph.Inputs[graph.Inputs.IndexOf(input)] = input with { Type = ElementType.Float16 };
        var casts = graph.Consumers(input.Name).Select(c => c.Node).Where(IsCastToHalf).ToList();
        if (graph.Consumers(input.Name).Any(c => !IsCastToHalf(c.Node)))
        {
            // Those who stay in float32 read a cast of the input.
            var single = graph.UniqueName(input.Name + ".float");
            graph.ReplaceUses(input.Name, single);
            graph.Nodes.Insert(0, Cast(graph, input.Name, single, ElementType.Float));
            casts = [.. graph.Consumers(single).Select(c => c.Node).Where(IsCastToHalf)];
        }

        foreach (var cast in casts)
        {
            graph.ReplaceUses(cast.Output, input.Name);
            graph.Nodes.Remove(cast);
            graph.Values.Remove(cast.Output);
        }
    }

    private static void ConvertOutput(Graph graph, ValueInfo output)
    {
        CheckNotCaptured(graph, output.Name);
        graph.Outputs[graph.Outputs.IndexOf(output)] = output with { Type = ElementType.Float16 };
        graph.Values.Remove(output.Name);
        var single = graph.UniqueName(output.Name + ".float");
        foreach (var node in graph.Nodes.Where(n => n.Inputs.Contains(output.Name) || n.Outputs.Contains(output.Name)).ToList())
        {
            graph.Nodes.Replace(node, node
                .WithInputs(node.Inputs.Select(i => i == output.Name ? single : i))
                .WithOutputs(node.Outputs.Select(o => o == output.Name ? single : o)));
        }

        if (graph.Producer(single) is { OpType: "Cast" } cast && graph.Consumers(single).Count == 0
            && graph.Info(cast.Input(0))?.Type == ElementType.Float16 && graph.Producer(cast.Input(0)) is { } before && !graph.IsOutput(cast.Input(0)))
        {
            // A half-precision result that was cast for the caller alone: its maker gives it to the caller now.
            var half = cast.Input(0);
            graph.Nodes.Remove(cast);
            graph.Nodes.Replace(before, before.WithOutputs(before.Outputs.Select(o => o == half ? output.Name : o)));
            graph.ReplaceUses(half, output.Name);
            graph.Values.Remove(half);
            return;
        }

        graph.Nodes.Add(Cast(graph, single, output.Name, ElementType.Float16));
    }

    private static void CheckNotCaptured(Graph graph, string name)
    {
        if (graph.Consumers(name).Any(c => c.Input < 0))
            throw new NotSupportedException($"%{name} can't become float16: a body graph reads it. Keep inputs and outputs float32.");
    }

    private static bool IsCastToHalf(Node node) => node.Is("Cast") && node.Int("to", 0) == (long)ElementType.Float16;

    private static Node Cast(Graph graph, string from, string to, ElementType type) =>
        new("Cast", [from], [to], [("to", (long)type)]) { Name = graph.UniqueName("Cast") };
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Serialization;

/// <summary>How large a model would be, counted in 64 bits; protobuf counts in 32.</summary>
internal static class ModelSize
{
    /// <summary>The model's size as one file; up to some dozen bytes per constant too much.</summary>
    public static long InOneFile(Model model)
    {
        CheckInner(model.Graph);
        var weights = ExternalLayout.Of(model.Graph, "", smallest: 1);
        return weights.Places.Sum(p => p.Data.Content.Length) + ModelWriter.Message(model, weights).CalculateSize();
    }

    /// <summary>Refuses a model whose own file would be too large.</summary>
    /// <exception cref="NotSupportedException">It would; the message says what can be done.</exception>
    public static void Check(Model model, ExternalLayout? external)
    {
        var outside = external?.Places.Sum(p => p.Data.Content.Length) ?? 0;
        var inside = InOneFile(model) - outside;
        if (inside <= ExternalData.MaxModelBytes) return;
        throw new NotSupportedException(
            $"The model '{model.Graph.Name}' has {inside:N0} bytes; one ONNX file holds at most {ExternalData.MaxModelBytes:N0}. "
            + "Save it to a path: weights then go into a file of their own.");
    }

    // Constants inside nodes can't go anywhere else.
    private static void CheckInner(Graph graph)
    {
        var inner = InNodes(graph);
        if (inner > ExternalData.MaxModelBytes)
            throw new NotSupportedException($"The nodes of '{graph.Name}' hold constants of {inner:N0} bytes; make initializers of them, which can go into a file of their own.");
    }

    private static long InNodes(Graph graph) => graph.Nodes.SelectMany(n => n.Attributes.Values).Sum(a => a switch
    {
        AttributeValue.Tensor t => t.Value.Content.Length,
        AttributeValue.Graph g => g.Value.Initializers.Values.Sum(i => i.Content.Length) + InNodes(g.Value),
        _ => 0,
    });
}

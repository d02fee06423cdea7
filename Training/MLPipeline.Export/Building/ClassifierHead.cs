using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Building;

/// <summary>Adds the class probabilities to a graph whose first output is logits.</summary>
internal static class ClassifierHead
{
    /// <summary>What the output is called unless a name is given.</summary>
    public const string DefaultName = "probabilities";

    /// <summary>Appends the softmax of the first output over its last axis.</summary>
    /// <exception cref="ExportException">The first output is no batch of logits.</exception>
    public static void Append(Graph graph, string name)
    {
        var logits = graph.Outputs[0];
        if (!logits.Type.IsFloatingPoint() || logits.Shape is not { Count: >= 2 })
            throw new ExportException($"A classifier head wants logits, a floating-point tensor [batch, classes]; the module gives {logits.TypeText}.");
        if (Source(graph, logits.Name) is { OpType: "Softmax" or "LogSoftmax" } softmax)
            throw new ExportException($"The module ends in {softmax} already; a classifier head wants its logits. Switch ClassifierHead off, or return the logits.");
        graph.Add("Softmax", [logits.Name], [name], ("axis", -1L));
        graph.Outputs.Add(logits with { Name = name });
    }

    // The output itself is an Identity; what it shows is what counts.
    private static Node? Source(Graph graph, string name)
    {
        var node = graph.Producer(name);
        while (node is { OpType: "Identity" })
            node = graph.Producer(node.Inputs[0]);
        return node;
    }
}

using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Inference.Tests.Fixtures;

/// <summary>Models of a few nodes, written by our own serializer.</summary>
internal static class TinyModels
{
    /// <summary>y = x + 1, elementwise, on [batch,2].</summary>
    public static byte[] AddOne(IReadOnlyDictionary<string, string>? metadata = null)
    {
        var graph = new Graph("add_one");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, ["batch", 2]));
        graph.Initializers.Add("one", TensorData.FromFloats([1f], 1));
        graph.Add("Add", ["x", "one"], ["y"]);
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, ["batch", 2]));
        return Bytes(graph, metadata);
    }

    /// <summary>logits = x W + b with W = 2x3, and probabilities = softmax(logits).</summary>
    public static byte[] Classifier(IReadOnlyDictionary<string, string>? metadata = null)
    {
        var graph = new Graph("classifier");
        graph.Inputs.Add(new ValueInfo("input", ElementType.Float, ["batch", 2]));
        graph.Initializers.Add("w", TensorData.FromFloats([1, 0, -1, 0, 1, 2], 2, 3));
        graph.Initializers.Add("b", TensorData.FromFloats([0.5f, 0, -0.5f], 3));
        graph.Add("Gemm", ["input", "w", "b"], ["logits"]);
        graph.Add("Softmax", ["logits"], ["probabilities"], ("axis", 1L));
        graph.Outputs.Add(new ValueInfo("logits", ElementType.Float, ["batch", 3]));
        graph.Outputs.Add(new ValueInfo("probabilities", ElementType.Float, ["batch", 3]));
        return Bytes(graph, metadata);
    }

    /// <summary>y = x for one element type.</summary>
    public static byte[] Identity(ElementType type, params Dim[] shape)
    {
        var graph = new Graph("identity");
        graph.Inputs.Add(new ValueInfo("x", type, shape));
        graph.Add("Identity", ["x"], ["y"]);
        graph.Outputs.Add(new ValueInfo("y", type, shape));
        return Bytes(graph);
    }

    /// <summary>A network whose run fails for some batches: Reshape to [-1,4] wants a multiple of four elements.</summary>
    public static byte[] FailsOnOddBatches()
    {
        var graph = new Graph("reshape");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, ["batch", 2]));
        graph.Initializers.Add("shape", TensorData.Vector(-1, 4));
        graph.Add("Reshape", ["x", "shape"], ["y"]);
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, ["pairs", 4]));
        return Bytes(graph);
    }

    public static byte[] Bytes(Graph graph, IReadOnlyDictionary<string, string>? metadata = null, int opset = 17, int irVersion = 8)
    {
        var model = new Model(graph) { Opset = opset, IrVersion = irVersion };
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            model.Metadata.Add(key, value);
        return OnnxSerializer.ToBytes(model);
    }
}

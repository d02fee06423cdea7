using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Cli.Checks;

/// <summary>Runs a model of one node, so that what is reported is what was used.</summary>
internal static class ModelCheck
{
    /// <summary>Loads and runs the model.</summary>
    /// <returns>The runtime's version and where the model ran.</returns>
    /// <exception cref="ModelLoadException">ONNX Runtime or the provider does not load.</exception>
    public static (string Version, ExecutionProvider Provider) Run(ExecutionProvider provider)
    {
        using var model = OnnxModel.Load(Bytes(), new OnnxModelOptions { Provider = provider }, "a model of one node");
        var outputs = model.Run(new Dictionary<string, TensorValue> { ["x"] = TensorValue.Create([-1f, 2f], 2) });
        return outputs["y"].AsSpan<float>().SequenceEqual([0f, 2f])
            ? (model.RuntimeVersion, model.ProviderUsed)
            : throw new ModelLoadException(model.Source, "ONNX Runtime computes wrong numbers on this machine.");
    }

    private static byte[] Bytes()
    {
        var graph = new Graph("check");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [2]));
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, [2]));
        graph.Add("Relu", ["x"], ["y"]);
        return OnnxSerializer.ToBytes(new Model(graph));
    }
}

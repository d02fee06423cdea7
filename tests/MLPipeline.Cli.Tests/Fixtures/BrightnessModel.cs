using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>A classifier of 4 x 4 gray pictures, raw 0 to 255: is it dark or bright on the whole?</summary>
internal static class BrightnessModel
{
    private const int Pixels = 16;

    /// <summary>Logits are (-mean, mean) of the pixels, counted from gray and scaled to -10 to 10.</summary>
    public static string Save(string path)
    {
        var graph = new Graph("brightness");
        graph.Inputs.Add(new ValueInfo("input", ElementType.Float, ["batch", 1, 4, 4]));
        graph.Outputs.Add(new ValueInfo("logits", ElementType.Float, ["batch", 2]));
        graph.Outputs.Add(new ValueInfo("probabilities", ElementType.Float, ["batch", 2]));
        const float Slope = 10f / (127.5f * Pixels);
        var weights = Enumerable.Range(0, Pixels * 2).Select(i => i % 2 == 0 ? -Slope : Slope).ToArray();
        graph.Add("Flatten", ["input"], ["flat"]);
        var slopes = graph.AddInitializer("weights", TensorData.FromFloats(weights, Pixels, 2));
        var bias = graph.AddInitializer("bias", TensorData.FromFloats([10f, -10f], 2));
        graph.Add("Gemm", ["flat", slopes, bias], ["logits"]);
        graph.Add("Softmax", ["logits"], ["probabilities"]);
        var model = new Model(graph);
        model.Metadata[ModelMetadata.LabelsKey] = ModelMetadata.FormatLabels(["dark", "bright"]);
        model.Metadata[ModelMetadata.PreprocessingKey] = new Preprocessing(1 / 255.0, [0], [1], "NCHW", "0-255").ToJson();
        OnnxSerializer.Save(model, path);
        return path;
    }
}

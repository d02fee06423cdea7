using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Inference.Tests.Fixtures;

/// <summary>
/// A classifier on 28x28 images whose answers are known without it: a 14x14 convolution with stride 14 whose weights
/// are all 1/196 gives the mean of each quadrant, and those four means are the logits.
/// </summary>
internal static class QuadrantModel
{
    public const int Side = 28;
    public const int Pixels = Side * Side;

    public static IReadOnlyList<string> Labels { get; } = ["top left", "top right", "bottom left", "bottom right"];

    public static byte[] Bytes(bool labels = true, bool logits = true, bool probabilities = true, Dim? batch = null)
    {
        var axis = batch ?? "batch";
        var graph = new Graph("quadrants");
        graph.Inputs.Add(new ValueInfo("input", ElementType.Float, [axis, 1, Side, Side]));
        graph.Initializers.Add("w", TensorData.FromFloats(Enumerable.Repeat(1f / 196, 196).ToArray(), 1, 1, 14, 14));
        graph.Add("Conv", ["input", "w"], ["means"], ("strides", new long[] { 14, 14 }));
        graph.Add("Flatten", ["means"], ["logits"], ("axis", 1L));
        if (logits || !probabilities)
            graph.Outputs.Add(new ValueInfo(probabilities || logits ? "logits" : "scores", ElementType.Float, [axis, 4]));
        if (probabilities)
        {
            graph.Add("Softmax", ["logits"], ["probabilities"], ("axis", 1L));
            graph.Outputs.Add(new ValueInfo("probabilities", ElementType.Float, [axis, 4]));
        }
        var model = new Model(graph);
        if (labels)
            model.Metadata.Add(ModelMetadata.LabelsKey, ModelMetadata.FormatLabels(Labels));
        return OnnxSerializer.ToBytes(model);
    }

    /// <summary>Images whose quadrants are of one colour each: 0 to <paramref name="scale"/>, with a fixed seed.</summary>
    public static float[] Images(int count, float scale = 4, int seed = 1)
    {
        var random = new Random(seed);
        var images = new float[count * Pixels];
        for (var image = 0; image < count; image++)
        {
            var colours = Enumerable.Range(0, 4).Select(_ => (float)random.NextDouble() * scale).ToArray();
            for (var pixel = 0; pixel < Pixels; pixel++)
                images[(image * Pixels) + pixel] = colours[(pixel / Side / 14 * 2) + (pixel % Side / 14)];
        }
        return images;
    }

    /// <summary>What the model must say about an image of <see cref="Images"/>: softmax of the four colours.</summary>
    public static double[] Expected(ReadOnlySpan<float> images, int image)
    {
        var first = image * Pixels;
        double[] colours = [images[first], images[first + 14], images[first + (14 * Side)], images[first + (14 * Side) + 14]];
        var powers = colours.Select(Math.Exp).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>A graph under construction, with weights drawn from a fixed seed. Names follow PyTorch's state dict.</summary>
internal sealed class Network
{
    private readonly Random _random = new(20);

    public Network(params Dim[] input)
    {
        Graph.Inputs.Add(new ValueInfo("x", ElementType.Float, input));
    }

    public Graph Graph { get; } = new("net");

    public string Weight(string name, params long[] dims) => Graph.AddInitializer(name, TensorData.FromFloats(Draw(dims, -1, 1), dims));

    public string Constant(string name, TensorData data) => Graph.AddInitializer(name, data);

    public string Op(string op, IEnumerable<string> inputs, params (string, AttributeValue)[] attributes)
    {
        var output = Graph.UniqueName(op.ToLowerInvariant());
        Graph.Add(op, inputs, [output], attributes);
        return output;
    }

    public string Conv(string name, string input, long from, long to, long kernel = 3, long group = 1, bool bias = false, params (string, AttributeValue)[] more)
    {
        string[] weights = [Weight($"{name}.weight", to, from / group, kernel, kernel), .. bias ? [Weight($"{name}.bias", to)] : Array.Empty<string>()];
        var output = Graph.UniqueName(name);
        Graph.Add(new Node(
            "Conv",
            [input, .. weights],
            [output],
            [("kernel_shape", new[] { kernel, kernel }), .. Padding(kernel, more), ("group", group), .. more])
        { Name = $"{name}/Conv" });
        return output;
    }

    public string BatchNorm(string name, string input, long channels, bool shifts, params (string, AttributeValue)[] more)
    {
        if (shifts) return BatchNorm(name, input, channels, more);
        var none = TensorData.FromFloats(new float[channels], channels);
        (Graph.Initializers[$"{name}.bias"], Graph.Initializers[$"{name}.running_mean"]) = (none, none);
        return BatchNorm(name, input, channels, more);
    }

    public string BatchNorm(string name, string input, long channels, params (string, AttributeValue)[] more)
    {
        var variance = Graph.AddInitializer($"{name}.running_var", TensorData.FromFloats(Draw([channels], 0.2f, 2), channels));
        var output = Graph.UniqueName(name);
        Graph.Add(new Node(
            "BatchNormalization",
            [input, Weight($"{name}.weight", channels), Shift("bias"), Shift("running_mean"), variance],
            [output],
            [("epsilon", 1e-3f), .. more])
        { Name = $"{name}/BatchNormalization" });
        return output;

        string Shift(string of) => Graph.Initializers.ContainsKey($"{name}.{of}") ? $"{name}.{of}" : Weight($"{name}.{of}", channels);
    }

    public Graph Returns(string value, params Dim[] shape) => Returns((value, shape));

    public Graph Returns(params (string Value, Dim[] Shape)[] outputs)
    {
        Graph.Outputs.AddRange(outputs.Select(o => new ValueInfo(o.Value, ElementType.Float, o.Shape)));
        return Graph;
    }

    private static (string, AttributeValue)[] Padding(long kernel, (string Name, AttributeValue)[] more) =>
        more.Any(a => a.Name == "auto_pad") ? [] : [("pads", Enumerable.Repeat(kernel / 2, 4).ToArray())];

    private float[] Draw(long[] dims, float low, float high) =>
        [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (p, d) => p * d)).Select(_ => low + (high - low) * _random.NextSingle())];
}

using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>What ONNX Runtime makes of a graph, and how two answers compare.</summary>
internal static class Scoring
{
    /// <summary>A folded weight is rounded once more than the parts it is made of: a few units in the last of a float's 24 bits.</summary>
    public const float Tolerance = 1e-5f;

    private static readonly OnnxModelOptions AsWritten = new() { GraphOptimizations = false, IntraOpThreads = 1 };

    /// <summary>Runs a graph as it is written, on inputs drawn from a fixed seed; symbolic axes have length 3.</summary>
    public static IReadOnlyDictionary<string, TensorValue> Run(Graph graph, int opset = 17, int batch = 3)
    {
        var file = OnnxSerializer.ToBytes(new Model(graph) { Opset = opset });
        using var model = OnnxModel.Load(file, AsWritten, graph.Name);
        var random = new Random(7);
        return model.Run(graph.Inputs.ToDictionary(i => i.Name, i => Draw(i, batch, random)));
    }

    /// <summary>The same for a graph of float16 inputs and outputs, with the same numbers rounded; the answer widened.</summary>
    public static IReadOnlyDictionary<string, TensorValue> RunHalf(Graph graph, int opset = 17, int batch = 3)
    {
        using var model = OnnxModel.Load(OnnxSerializer.ToBytes(new Model(graph) { Opset = opset }), AsWritten, graph.Name);
        var random = new Random(7);
        var actual = model.Run(graph.Inputs.ToDictionary(i => i.Name, i => Rounded(Draw(i, batch, random))));
        return actual.ToDictionary(a => a.Key, a => TensorValue.Create(Array.ConvertAll(a.Value.ToArray<Half>(), v => (float)v), [.. a.Value.Shape]));
    }

    /// <summary>Fails unless both answers have the same names, shapes and, within <see cref="Tolerance"/> of the largest value, numbers.</summary>
    public static void AssertClose(IReadOnlyDictionary<string, TensorValue> expected, IReadOnlyDictionary<string, TensorValue> actual, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, value) in expected)
        {
            Assert.Equal(value.Shape, actual[name].Shape);
            var (a, b) = (value.ToArray<float>(), actual[name].ToArray<float>());
            var scale = Math.Max(1, a.Max(Math.Abs));
            for (var i = 0; i < a.Length; i++) Assert.True(Math.Abs(a[i] - b[i]) <= tolerance * scale, $"%{name}[{i}]: {a[i]} became {b[i]}");
        }
    }

    private static TensorValue Draw(ValueInfo input, int batch, Random random)
    {
        long[] shape = [.. input.Shape!.Select(d => d.Value ?? batch)];
        float[] data = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (p, d) => p * d)).Select(_ => random.NextSingle() * 2 - 1)];
        return TensorValue.Create(data, shape);
    }

    private static TensorValue Rounded(TensorValue value) => TensorValue.Create(Array.ConvertAll(value.ToArray<float>(), v => (Half)v), [.. value.Shape]);
}

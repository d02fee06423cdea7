using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Building;

/// <summary>
/// Raw pixels before the network: x = (pixel * scale - mean[c]) / std[c]. In the graph it is one sum and one product,
/// x = (pixel + (-mean[c] / scale)) * (scale / std[c]), with constants computed in double; a summand of 0 and a factor of 1 are left out.
/// The product comes last because a convolution can always take it into its weights; the sum only when it does not pad.
/// </summary>
internal static class RawPixels
{
    private static readonly long[] FromNhwc = [0, 3, 1, 2];

    /// <summary>Puts the computation between the graph's first input and the network.</summary>
    /// <exception cref="ExportException">The input is no batch of images with that many channels.</exception>
    public static void Prepend(GraphBuilder builder, TracedValue input, Preprocessing preprocessing)
    {
        Check(input, preprocessing);
        var graph = builder.Graph;
        var network = graph.Inputs[0];
        var name = network.Name;
        if (preprocessing.Layout == "NHWC")
        {
            var shape = network.Shape!;
            graph.Inputs[0] = network with { Shape = [shape[0], shape[2], shape[3], shape[1]] };
            name = Append(graph, network, "Transpose", [name], ("perm", FromNhwc));
            builder.Lengths.Rename(network.Name, name);
        }

        double[] factor = [.. preprocessing.Std.Select(std => preprocessing.Scale / std)];
        double[] summand = [.. preprocessing.Mean.Select(mean => mean == 0 ? 0 : -mean / preprocessing.Scale)];
        if (summand.Any(s => s != 0))
            name = Append(graph, network, "Add", [name, PerChannel(graph, "pixels.summand", summand)]);
        if (factor.Any(f => f != 1))
            name = Append(graph, network, "Mul", [name, PerChannel(graph, "pixels.factor", factor)]);
        builder.Name(input, name);
    }

    /// <summary>The same computation on a tensor [N,C,H,W] or [N,H,W,C] of pixels, in double, rounded once.</summary>
    public static Tensor Apply(Tensor pixels, Preprocessing preprocessing)
    {
        using var scope = NewDisposeScope();
        var image = preprocessing.Layout == "NHWC" ? pixels.permute(FromNhwc).contiguous() : pixels;
        var channels = new long[] { 1, preprocessing.Mean.Count, 1, 1 };
        var mean = tensor(preprocessing.Mean.ToArray()).reshape(channels);
        var std = tensor(preprocessing.Std.ToArray()).reshape(channels);
        return ((image.to(ScalarType.Float64) * preprocessing.Scale - mean) / std).to(pixels.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Pixels as an app might feed them: whole numbers 0 to 255, or numbers 0 to 1.</summary>
    /// <param name="shape">[N,C,H,W], as the network takes them.</param>
    /// <param name="preprocessing">Gives range and layout.</param>
    /// <param name="seed">Of the random numbers.</param>
    public static Tensor Random(long[] shape, Preprocessing preprocessing, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var fed = preprocessing.Layout == "NHWC" ? [shape[0], shape[2], shape[3], shape[1]] : shape;
        return preprocessing.Range == "0-255" ? randint(0, 256, fed, ScalarType.Float32, generator: generator) : rand(fed, ScalarType.Float32, generator: generator);
    }

    private static string PerChannel(Graph graph, string name, double[] values) =>
        graph.AddInitializer(name, TensorData.FromFloats([.. values.Select(v => (float)v)], 1, values.Length, 1, 1));

    private static string Append(Graph graph, ValueInfo like, string op, string[] inputs, params (string, AttributeValue)[] attributes)
    {
        var output = graph.UniqueName($"pixels/{op}.out");
        graph.Add(new Node(op, inputs, [output], attributes) { Name = graph.UniqueName($"pixels/{op}"), SourcePath = "preprocessing" });
        graph.Values[output] = like with { Name = output };
        return output;
    }

    private static void Check(TracedValue input, Preprocessing preprocessing)
    {
        var channels = preprocessing.Mean.Count;
        if (input.Type == ScalarType.Float32 && input.Shape.Length == 4 && input.Shape[1] == channels)
            return;
        throw new ExportException(
            $"The preprocessing is for images with {channels} channel(s), a Float32 input [N,{channels},H,W]; the module's first input is {input.Type} [{string.Join(',', input.Shape)}].");
    }
}

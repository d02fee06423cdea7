using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>Graphs with something to share, to combine or to move, each with the operators that are left when all passes have run.</summary>
internal static class RewritingGraphs
{
    private static readonly Dim[] Image = ["batch", 4, 6, 6];

    public static IReadOnlyDictionary<string, (string Left, Func<Graph> Create)> All { get; } = new Dictionary<string, (string, Func<Graph>)>
    {
        ["equal weights and equal products"] = ("MatMul Sigmoid Relu Add", () => Of(["batch", 4], net =>
        {
            var weight = TensorData.FromFloats([.. Enumerable.Range(0, 16).Select(i => i / 7f - 1)], 4, 4);
            string Product() => net.Op("MatMul", ["x", net.Constant("w", weight)]);
            return net.Op("Add", [net.Op("Sigmoid", [Product()]), net.Op("Relu", [Product()])]);
        })),
        ["sums in either order"] = ("Relu Sigmoid Add Mul", () => Of(["batch", 4], net =>
        {
            var (a, b) = (net.Op("Relu", ["x"]), net.Op("Sigmoid", ["x"]));
            return net.Op("Mul", [net.Op("Add", [a, b]), net.Op("Add", [b, a])]);
        })),
        ["average pool behind a pointwise conv"] = ("AveragePool Conv", () => Of(Image, net => Average(net, net.Conv("conv", "x", 4, 6, kernel: 1, bias: true), ("pads", new long[] { 1, 0, 1, 0 })))),
        ["average of everything behind a pointwise conv"] = ("GlobalAveragePool Conv", () => Of(Image, net => net.Op("GlobalAveragePool", [net.Conv("conv", "x", 4, 6, kernel: 1)]))),
        ["transition: batch norm, relu, conv, pool"] = ("BatchNormalization Relu AveragePool Conv", () =>
            Of(Image, net => Average(net, net.Conv("conv", net.Op("Relu", [net.BatchNorm("bn", "x", 4)]), 4, 2, kernel: 1)))),
        ["max pool behind a sigmoid"] = ("Conv MaxPool Sigmoid", () =>
            Of(Image, net => Maximum(net, net.Op("Sigmoid", [net.BatchNorm("bn", net.Conv("conv", "x", 4, 6), 6)]), ("pads", new long[] { 1, 1, 0, 0 })))),
        ["max pool behind a relu"] = ("Conv Relu MaxPool", () => Of(Image, net => Maximum(net, net.Op("Relu", [net.Conv("conv", "x", 4, 6)])))),
        ["two transposes"] = ("Transpose", () => Of(Image, net => Transpose(net, Transpose(net, "x", 0, 2, 3, 1), 0, 2, 1, 3))),
        ["transposes that cancel across activations"] = ("Relu Mul Sigmoid", () => Of(Image, net =>
        {
            var y = net.Op("Mul", [net.Op("Relu", [Transpose(net, "x", 0, 2, 3, 1)]), net.Weight("scale")]);
            return Transpose(net, net.Op("Sigmoid", [y]), 0, 3, 1, 2);
        })),
        ["transposes around a factor for each channel"] = ("Transpose Mul Transpose", () => Of(Image, net =>
            Transpose(net, net.Op("Mul", [Transpose(net, "x", 0, 2, 3, 1), net.Weight("scale", 4)]), 0, 3, 1, 2))),
        ["reshape of a reshape"] = ("Reshape", () => Of(Image, net => Reshape(net, Reshape(net, "x", 0, 4, 36), 0, 12, 12), rank: 3)),
        ["flatten of an unsqueeze"] = ("Flatten", () => Of(["batch", 4, 6], net => net.Op("Flatten", [net.Op("Unsqueeze", ["x", net.Constant("axes", TensorData.Vector(1))])]), rank: 2)),
        ["unsqueeze and squeeze, twice negated"] = ("Relu", () => Of(["batch", 4, 6], net =>
        {
            var axes = net.Constant("axes", TensorData.Vector(1, 3));
            return net.Op("Relu", [net.Op("Neg", [net.Op("Neg", [net.Op("Squeeze", [net.Op("Unsqueeze", [net.Op("Relu", ["x"]), axes]), axes])])])]);
        })),
        ["pad before a conv"] = ("Conv", () => Of(Image, net => net.Conv("conv", Pad(net, "x", [0, 0, 1, 2, 0, 0, 3, 0]), 4, 2))),
        ["pad of given axes before a max pool"] = ("MaxPool", () => Of(Image, net => Maximum(net, Pad(net, "x", [0, 0, 1, 1, 0, 0, 0, 1], float.NegativeInfinity)))),
        ["pad before an average pool"] = ("AveragePool", () => Of(Image, net => Average(net, Pad(net, "x", [0, 0, 1, 1, 0, 0, 0, 1])))),
        ["pad before a conv that asks for none"] = ("Conv", () => Of(Image, net => net.Conv("conv", Pad(net, "x", [0, 0, 1, 2, 0, 0, 3, 0]), 4, 2, more: [("auto_pad", "VALID")]))),
        ["pad before a max pool that asks for none"] = ("MaxPool", () =>
            Of(Image, net => Maximum(net, Pad(net, "x", [0, 0, 1, 1, 0, 0, 0, 1], float.NegativeInfinity), ("auto_pad", "VALID")))),
        ["pad before an average pool that asks for none"] = ("AveragePool", () => Of(Image, net => Average(net, Pad(net, "x", [0, 0, 1, 1, 0, 0, 0, 1]), ("auto_pad", "VALID")))),
        ["slice of everything"] = ("Relu", () => Of(["batch", 4], net =>
            net.Op("Slice", [net.Op("Relu", ["x"]), Vector(net, 0, 0), Vector(net, long.MaxValue, 4), Vector(net, 0, 1)]))),
        ["neutral constants"] = ("Relu Add", () => Of(["batch", 4], net =>
        {
            var (one, zero) = (net.Constant("one", TensorData.Scalar(1f)), net.Constant("zero", TensorData.FromFloats([0], 1)));
            var y = net.Op("Sub", [net.Op("Div", [net.Op("Mul", [net.Op("Relu", ["x"]), one]), one]), zero]);
            return net.Op("Add", [net.Op("Tile", [y, Vector(net, 1, 1)]), zero]);
        })),
        ["casts there and back"] = ("Relu", () => Of(["batch", 4], net =>
        {
            var y = net.Op("Cast", [net.Op("Relu", ["x"])], ("to", (long)ElementType.Double));
            return net.Op("Cast", [y], ("to", (long)ElementType.Float));
        })),
        ["positions made of a fixed length"] = ("Add", () => Of(["batch", 4], net =>
        {
            var length = net.Op("Gather", [net.Op("Shape", ["x"]), net.Constant("one", TensorData.Scalar(1L))]);
            string Number(long value) => net.Constant("number", TensorData.Scalar(value));
            return net.Op("Add", ["x", net.Op("Cast", [net.Op("Range", [Number(0), length, Number(1)])], ("to", (long)ElementType.Float))]);
        })),
    };

    /// <summary>A graph of one input and one output, which has as many axes unless said otherwise.</summary>
    public static Graph Of(Dim[] input, Func<Network, string> build, int? rank = null)
    {
        var net = new Network(input);
        return net.Returns(build(net), new Dim[rank ?? input.Length]);
    }

    public static string Average(Network net, string x, params (string, AttributeValue)[] more) =>
        net.Op("AveragePool", [x], [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), .. more]);

    public static string Maximum(Network net, string x, params (string, AttributeValue)[] more) =>
        net.Op("MaxPool", [x], [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), .. more]);

    public static string Transpose(Network net, string x, params long[] order) => net.Op("Transpose", [x], ("perm", order));

    public static string Reshape(Network net, string x, params long[] shape) => net.Op("Reshape", [x, Vector(net, shape)]);

    public static string Pad(Network net, string x, long[] amounts, float value = 0) =>
        net.Op("Pad", [x, Vector(net, amounts), net.Constant("value", TensorData.Scalar(value))]);

    private static string Vector(Network net, params long[] values) => net.Constant("vector", TensorData.Vector(values));
}

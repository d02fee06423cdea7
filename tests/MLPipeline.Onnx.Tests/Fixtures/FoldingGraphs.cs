using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>Affine maps of channels next to linear nodes: every legal place of a fold, at the smallest size that proves it.</summary>
internal static class FoldingGraphs
{
    private static readonly Dim[] Image = ["batch", 4, 6, 6];

    public static IReadOnlyDictionary<string, Func<Graph>> All { get; } = new Dictionary<string, Func<Graph>>
    {
        ["batch norm before a conv without padding"] = () => NormBefore(n => n.Conv("conv", n.BatchNorm("bn", "x", 4), 4, 6, bias: true, more: [("auto_pad", "VALID")]), 6, 4, 4),
        ["batch norm before a conv in groups"] = () => NormBefore(n => n.Conv("conv", n.BatchNorm("bn", "x", 4), 4, 6, kernel: 1, group: 2), 6, 6, 6),
        ["batch norm that only scales before a padded conv"] = () => NormBefore(n => n.Conv("conv", n.BatchNorm("bn", "x", 4, shifts: false), 4, 6), 6, 6, 6),
        ["batch norm before a transposed conv of one place"] = () => NormBefore(n => Transposed(n, n.BatchNorm("bn", "x", 4), 1, 1), 6, 6, 6),
        ["batch norm that only scales before a transposed conv in groups"] = () => NormBefore(n => Transposed(n, n.BatchNorm("bn", "x", 4, shifts: false), 3, 2), 6, 13, 13),
        ["batch norm before a gemm of every attribute"] = () => Matrices(n => Gemm(n, n.BatchNorm("bn", "x", 3), ("alpha", 0.5f), ("beta", 3f), ("transB", 1L))),
        ["batch norm before a matmul"] = () => Matrices(n => n.Op("MatMul", [n.BatchNorm("bn", "x", 3), n.Weight("fc.weight", 3, 5)])),
        ["batch norm, flatten, gemm"] = () => Flattened(n => n.BatchNorm("bn", "x", 4)),
        ["scale and shift, flatten, gemm"] = () => Flattened(n => n.Op("Add", [n.Op("Mul", ["x", n.Weight("scale", 4, 1, 1)]), n.Weight("shift")])),
        ["scale and shift after a conv"] = () => After([1, 4, 1, 1], "Mul", "Add"),
        ["difference and quotient after a conv"] = () => After([4, 1, 1], "Sub", "Div"),
        ["constant less a conv"] = () => NormBefore(n => n.Op("Sub", [n.Weight("c", 4, 1, 1), n.Op("Neg", [n.Conv("conv", "x", 4, 4)])]), 4, 6, 6),
        ["scale after a transposed conv in groups"] = () => NormBefore(n => n.Op("Mul", [Transposed(n, "x", 3, 2), n.Weight("scale", 6, 1, 1)]), 6, 13, 13),
        ["matmul, add"] = () => Matrices(n => n.Op("Add", [n.Weight("fc.bias", 5), n.Op("MatMul", ["x", n.Weight("fc.weight", 3, 5)])])),
        ["scale before and after a matmul of three axes"] = ProductOfThreeAxes,
        ["layer scale after a linear layer of three axes"] = LayerScale,
        ["chains of factors and of summands"] = Chains,
    };

    public static Graph LayerScale()
    {
        var net = new Network("batch", 2, 3);
        var y = net.Op("Add", [net.Op("MatMul", ["x", net.Weight("fc.weight", 3, 5)]), net.Weight("fc.bias", 5)]);
        return net.Returns(net.Op("Mul", [net.Weight("gamma", 5), y]), "batch", 2, 5);
    }

    public static string Transposed(Network net, string x, long kernel, long stride) => net.Op(
        "ConvTranspose",
        [x, net.Weight("up.weight", 4, 3, kernel, kernel), net.Weight("up.bias", 6)],
        ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }), ("group", 2L));

    public static Graph Flattened(Func<Network, string> map)
    {
        var net = new Network("batch", 4, 2, 3);
        return net.Returns(Gemm(net, net.Op("Flatten", [map(net)]), 24, ("transB", 1L)), "batch", 5);
    }

    private static Graph NormBefore(Func<Network, string> build, params long[] result)
    {
        var net = new Network(Image);
        return net.Returns(build(net), ["batch", .. result.Select(d => (Dim)d)]);
    }

    private static Graph Matrices(Func<Network, string> build)
    {
        var net = new Network("batch", 3);
        return net.Returns(build(net), "batch", 5);
    }

    private static string Gemm(Network net, string x, params (string, AttributeValue)[] attributes) => Gemm(net, x, 3, attributes);

    private static string Gemm(Network net, string x, long inputs, params (string, AttributeValue)[] attributes) =>
        net.Op("Gemm", [x, net.Weight("fc.weight", 5, inputs), net.Weight("fc.bias", 5)], attributes);

    private static Graph After(long[] constant, params string[] steps) =>
        NormBefore(net => steps.Aggregate(net.Conv("conv", "x", 4, 4), (y, op) => net.Op(op, [y, net.Weight("constant", constant)])), 4, 6, 6);

    private static Graph ProductOfThreeAxes()
    {
        var net = new Network("batch", 2, 3);
        var y = net.Op("MatMul", [net.Op("Mul", ["x", net.Weight("before", 3)]), net.Weight("fc.weight", 3, 5)]);
        return net.Returns(net.Op("Mul", [y, net.Weight("after", 1, 1, 5)]), "batch", 2, 5);
    }

    private static Graph Chains()
    {
        var net = new Network("batch", 2, 3);
        var y = net.Op("Div", [net.Op("Mul", [net.Op("Mul", ["x", net.Weight("a", 3)]), net.Weight("b")]), net.Weight("c", 1, 3)]);
        var (d, e) = (net.Constant("d", TensorData.Scalar(1.5f)), net.Constant("e", TensorData.FromFloats([-1, -0.25f, -7], 3)));
        y = net.Op("Sub", [net.Op("Add", [net.Op("Relu", [y]), d]), e]);
        return net.Returns(y, "batch", 2, 3);
    }
}

using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes.Folding;

/// <summary>The nodes whose weights take an affine map of channels: Conv, ConvTranspose, Gemm, and MatMul with a constant matrix.</summary>
internal static class LinearFold
{
    /// <summary>Whether a node is one of them; its weights may still not be constant.</summary>
    public static bool IsLinear(Node node) => node.Is("Conv") || node.Is("ConvTranspose") || node.Is("Gemm") || node.Is("MatMul");

    /// <summary>Where the result of a linear node has its channels; null when its weights are not known.</summary>
    public static ChannelAxis? OutputAxis(Node linear, Graph graph) => linear.OpType switch
    {
        "Gemm" => GemmWeights.Of(linear, graph, out _) is { } w ? ChannelAxis.Second(w.Columns, 2) : null,
        "MatMul" => Matrix(linear, graph) is { } b ? ChannelAxis.Last(b.Dims[1], Rank(linear, graph)) : null,
        _ => ConvWeights.Of(linear, graph, out _) is { } w ? ChannelAxis.Second(w.Outputs, w.Weight.Dims.Count) : null,
    };

    /// <summary>Where what a linear node reads has its channels; null when its weights are not known.</summary>
    public static ChannelAxis? InputAxis(Node linear, Graph graph) => linear.OpType switch
    {
        "Gemm" => GemmWeights.Of(linear, graph, out _) is { } w ? ChannelAxis.Second(w.Rows, 2) : null,
        "MatMul" => Matrix(linear, graph) is { } b ? ChannelAxis.Last(b.Dims[0], Rank(linear, graph)) : null,
        _ => ConvWeights.Of(linear, graph, out _) is { } w ? ChannelAxis.Second(w.Inputs, w.Weight.Dims.Count) : null,
    };

    /// <summary>The node with a map of its result's channels in its weights. A product of matrices that needs a summand becomes a Gemm.</summary>
    public static Fold After(Node linear, ChannelAffine affine, Graph graph) => linear.OpType switch
    {
        "Gemm" => GemmFold.After(linear, affine, graph),
        "MatMul" when affine.Shifts && AsGemm(linear, graph) is { } gemm => GemmFold.After(gemm, affine, graph),
        "MatMul" => MatMulFold.After(linear, affine, graph),
        _ => ConvFold.After(linear, affine, graph),
    };

    /// <summary>The node with a map of the channels it reads in its weights. A product of matrices that needs a summand becomes a Gemm.</summary>
    public static Fold Before(Node linear, ChannelAffine affine, Graph graph) => linear.OpType switch
    {
        "Gemm" => GemmFold.Before(linear, affine, graph),
        "MatMul" when affine.Shifts && AsGemm(linear, graph) is { } gemm => GemmFold.Before(gemm, affine, graph),
        "MatMul" => MatMulFold.Before(linear, affine, graph),
        _ => ConvFold.Before(linear, affine, graph),
    };

    /// <summary>Number of axes of what a MatMul reads; null when it is not known.</summary>
    public static int? Rank(Node product, Graph graph) => KnownShape.Of(product.Input(0), graph)?.Count;

    private static TensorData? Matrix(Node product, Graph graph) => graph.Constant(product.Input(1)) is { Dims.Count: 2 } matrix ? matrix : null;

    private static Node? AsGemm(Node product, Graph graph) => Rank(product, graph) == 2 && Matrix(product, graph) is not null
        ? new Node("Gemm", product.Inputs, product.Outputs) { Name = product.Name, SourcePath = product.SourcePath }
        : null;
}

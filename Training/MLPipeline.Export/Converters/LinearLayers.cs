namespace MLPipeline.Export.Converters;

/// <summary>Linear layers and matrix products.</summary>
internal static class LinearLayers
{
    [Converts("functional.linear")]
    internal static string Linear(ConversionContext c)
    {
        if (c.Rank("input") == 2 && c.Rank("weights") == 2)
            return c.Op("Gemm", [c.Tensor("input"), c.Tensor("weights"), c.OptionalTensor("bias")], ("transB", 1L));
        var transposed = c.Op("Transpose", [c.Tensor("weights")]);
        var product = c.Op("MatMul", [c.Tensor("input"), transposed]);
        return c.Has("bias") ? c.Op("Add", [product, c.Tensor("bias")]) : product;
    }

    [Converts("Tensor.matmul", "Tensor.mm", "Tensor.bmm")]
    internal static string MatMul(ConversionContext c) => c.Op("MatMul", [c.Tensor("self"), c.Tensor(c.FirstOf("target", "other", "batch2", "mat2"))]);
}

namespace MLPipeline.Export.Converters;

/// <summary>Linear layers.</summary>
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

    // For each output the sum over i and j of a_i w_ij b_j.
    [Converts("functional.bilinear")]
    internal static string Bilinear(ConversionContext c)
    {
        var (outputs, first, second) = (c.Length("weight", 0), c.Length("weight", 1), c.Length("weight", 2));
        var turned = c.Op("Reshape", [c.Op("Transpose", [c.Tensor("weight")], ("perm", (long[])[1, 0, 2])), c.Vector(first, outputs * second)]);
        var rows = c.Op("MatMul", [c.Tensor("input1"), turned]);
        var matrices = c.Op("Reshape", [rows, c.Vector([.. Enumerable.Repeat(0L, c.Rank("input1") - 1), outputs, second])]);
        var product = c.Squeeze(c.Op("MatMul", [matrices, c.Unsqueeze(c.Tensor("input2"), -1)]), -1);
        return c.Has("bias") ? c.Op("Add", [product, c.Tensor("bias")]) : product;
    }
}

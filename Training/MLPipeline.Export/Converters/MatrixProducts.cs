using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Products of matrices, vectors and tensors.</summary>
internal static class MatrixProducts
{
    [Converts("Tensor.matmul", "Tensor.mm", "Tensor.bmm", "Tensor.mv", "Tensor.dot", "Tensor.vdot")]
    internal static string MatMul(ConversionContext c) => Product(c.Term("self"), c.Term(c.FirstOf("target", "other", "batch2", "mat2"))).Name;

    [Converts("linalg.multi_dot")]
    internal static string Chain(ConversionContext c)
    {
        Term[] factors = [.. c.Tensors("tensors").Select(t => new Term(c, t, c.ResultType))];
        return factors.Length == 1 ? c.Op("Identity", [factors[0].Name]) : factors.Aggregate(Product).Name;
    }

    [Converts("Tensor.outer", "Tensor.ger")]
    internal static string Outer(ConversionContext c) => Outer(c, c.Term("self"), c.Term("vec2")).To(c.ResultType).Name;

    [Converts("Tensor.inner")]
    internal static string Inner(ConversionContext c)
    {
        var (a, b) = (c.Term("self"), c.Term("vec2"));
        if (c.Rank("self") == 0 || c.Rank("vec2") == 0)
            return (a.To(c.ResultType) * b.To(c.ResultType)).Name;
        return Contracted(c, "self", [c.Rank("self") - 1], "vec2", [c.Rank("vec2") - 1]);
    }

    [Converts("Tensor.tensordot")]
    internal static string TensorDot(ConversionContext c)
    {
        if (c.Has("dims1"))
            return Contracted(c, "self", c.AxesOf("dims1"), "b", c.AxesOf("dims2", "b"));
        if (c.Argument("dims") is Argument.Integer)
        {
            var count = (int)c.Int("dims");
            return Contracted(c, "self", [.. Enumerable.Range(c.Rank("self") - count, count)], "b", [.. Enumerable.Range(0, count)]);
        }

        var pairs = c.Items("dims").Select(p => ((Argument.Sequence)p).Items.Select(i => (long)((Argument.Integer)i).Value.Constant).ToArray()).ToList();
        return Contracted(
            c, "self", [.. pairs.Select(p => ConversionContext.Axis(p[0], c.Rank("self")))], "b", [.. pairs.Select(p => ConversionContext.Axis(p[1], c.Rank("b")))]);
    }

    [Converts("Tensor.addmm")]
    internal static string AddMatMul(ConversionContext c)
    {
        var (beta, alpha) = (c.Number("beta", 1), c.Number("alpha", 1));
        if (c.ResultType != ScalarType.Float32 && c.ResultType != ScalarType.Float64)
            return Blended(c, Product(c.Term("mat1"), c.Term("mat2")));
        // A summand times 0 is not looked at: no NaN of it comes through.
        List<string> inputs = [c.Tensor("mat1"), c.Tensor("mat2"), .. beta == 0 ? (string[])[] : [c.Tensor("self")]];
        return c.Op("Gemm", inputs, ("alpha", (float)alpha), ("beta", beta == 0 ? 1f : (float)beta));
    }

    [Converts("Tensor.addmv")]
    internal static string AddMatVec(ConversionContext c) => Blended(c, Product(c.Term(c.FirstOf("mat", "mat1")), c.Term(c.FirstOf("vec", "mat2"))));

    // TorchSharp hands its three tensors over in another order than it names them: the receiver and the first are multiplied, the second is added.
    [Converts("Tensor.baddbmm")]
    internal static string AddBatchMatMul(ConversionContext c) => Blended(c, Product(c.Term("self"), c.Term("batch1")), summand: "batch2");

    [Converts("Tensor.addbmm")]
    internal static string AddSummedMatMul(ConversionContext c)
    {
        var products = Product(c.Term("batch1"), c.Term("batch2"));
        return Blended(c, products.Run("ReduceSum", p => c.Op("ReduceSum", [p, c.Vector(0)], ("keepdims", 0L))));
    }

    [Converts("Tensor.addr")]
    internal static string AddOuter(ConversionContext c) => Blended(c, Outer(c, c.Term("vec1"), c.Term("vec2")));

    [Converts("torch.einsum")]
    internal static string Einsum(ConversionContext c)
    {
        Term[] operands = [.. c.Tensors("tensors").Select(t => new Term(c, t, c.ResultType))];
        var type = Kernels.TypeFor("Einsum", c.ResultType, c.Opset);
        var summed = c.Op("Einsum", operands.Select(o => o.To(type).Name), ("equation", ((string)c.Literal("equation")!).Replace(" ", "")));
        return new Term(c, summed, type).To(c.ResultType).Name;
    }

    [Converts("Tensor.kron")]
    internal static string Kronecker(ConversionContext c)
    {
        var rank = Math.Max(c.Rank("self"), c.Rank("other"));
        var product = c.Term("self") with { Name = Interleaved(c, "self", rank, own: 0) };
        var other = c.Term("other") with { Name = Interleaved(c, "other", rank, own: 1) };
        return c.ReshapeToResult((product.To(c.ResultType) * other.To(c.ResultType)).Name);
    }

    [Converts("linalg.cross")]
    internal static string Cross(ConversionContext c)
    {
        var (a, b) = (c.Term("input", c.ResultType), c.Term("other", c.ResultType));
        var axis = ConversionContext.Axis(c.Int("dim", -1), c.Results[0].Shape.Length);
        Term Turned(Term vector, string parameter, params long[] places) =>
            vector with { Name = c.Pick(vector.Name, axis - c.Results[0].Shape.Length + c.Rank(parameter), places) };
        var (forward, backward) = (Turned(a, "input", 1, 2, 0) * Turned(b, "other", 2, 0, 1), Turned(a, "input", 2, 0, 1) * Turned(b, "other", 1, 2, 0));
        return (forward - backward).Name;
    }

    [Converts("linalg.vecdot")]
    internal static string VectorDot(ConversionContext c)
    {
        var axis = ConversionContext.Axis(c.Int("dim", -1), Math.Max(c.Rank("x"), c.Rank("y")));
        return (c.Term("x") * c.Term("y")).Run("ReduceSum", p => c.Op("ReduceSum", [p, c.Vector(axis)], ("keepdims", 0L))).Name;
    }

    [Converts("Tensor.matrix_power")]
    internal static string Power(ConversionContext c)
    {
        var exponent = c.Int("n");
        if (exponent < 0)
            throw new ConversionException("a negative power is an inverse, which ONNX has no operator for");
        if (exponent == 0)
            return c.Expand(Identity(c, (int)c.Length("self", -1)), c.ResultShape());
        var square = c.Term("self");
        Term? power = null;
        for (; exponent > 0; exponent /= 2)
        {
            if (exponent % 2 == 1)
                power = power is null ? square : Product(power, square);
            if (exponent > 1)
                square = Product(square, square);
        }

        return c.Op("Identity", [power!.Name]);
    }

    [Converts("Tensor.det", "linalg.det")]
    internal static string Determinant(ConversionContext c) => c.Term(c.FirstOf("self", "input")).Apply("Det").Name;

    private static string Identity(ConversionContext c, int side)
    {
        var ones = new float[side * side];
        for (var i = 0; i < side; i++)
            ones[i * (side + 1)] = 1;
        return c.Cast(c.Constant(TensorData.FromFloats(ones, side, side)), ScalarType.Float32, c.ResultType);
    }

    private static Term Product(Term a, Term b) => a.With(b, "MatMul");

    private static Term Outer(ConversionContext c, Term column, Term row) =>
        (column with { Name = c.Unsqueeze(column.Name, 1) }) * (row with { Name = c.Unsqueeze(row.Name, 0) });

    // beta * summand + alpha * product
    private static string Blended(ConversionContext c, Term product, string summand = "self")
    {
        var scaled = c.Number("alpha", 1) == 1 ? product : product * c.Term("alpha", product.Type);
        return c.Number("beta", 1) switch
        {
            0 => c.Results[0].Shape.Length == 0 ? scaled.Name : c.Expand(scaled.Name, c.ResultShape()),
            1 => (c.Term(summand) + scaled).Name,
            _ => (c.Term(summand) * c.Term("beta", product.Type) + scaled).Name,
        };
    }

    // Axes (a1, 1, a2, 1, ...) or (1, b1, 1, b2, ...), with ones in front up to the common rank.
    private static string Interleaved(ConversionContext c, string parameter, int rank, int own)
    {
        var shape = c.Shape(parameter);
        var one = new SymbolicNumber(1);
        List<SymbolicNumber> lengths = [.. Enumerable.Repeat(one, rank - shape.Count), .. shape];
        return c.Reshape(c.Tensor(parameter), [.. lengths.SelectMany(l => own == 0 ? (SymbolicNumber[])[l, one] : [one, l])]);
    }

    // Sums over pairs of axes: as a product of two matrices.
    private static string Contracted(ConversionContext c, string first, long[] firstAxes, string second, long[] secondAxes)
    {
        var (a, b) = (c.Shape(first), c.Shape(second));
        var summed = ShapeBlocks.Product(firstAxes.Select(i => a[(int)i]));
        var (kept, others) = (ShapeBlocks.AxesInOrder(a.Count).Except(firstAxes).ToList(), ShapeBlocks.AxesInOrder(b.Count).Except(secondAxes).ToList());
        var inferred = new SymbolicNumber(-1);
        var left = c.Reshape(c.Transpose(c.Tensor(first), [.. kept, .. firstAxes]), [inferred, summed]);
        var right = c.Reshape(c.Transpose(c.Tensor(second), [.. secondAxes, .. others]), [summed, inferred]);
        return c.ReshapeToResult(Product(new Term(c, left, c.ResultType), new Term(c, right, c.ResultType)).Name);
    }

    private static string Contracted(ConversionContext c, string first, int[] firstAxes, string second, int[] secondAxes) =>
        Contracted(c, first, [.. firstAxes.Select(i => (long)i)], second, [.. secondAxes.Select(i => (long)i)]);
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Products, diagonals and distances.</summary>
public class MatrixTests
{
    private static readonly Tensor Table = arange(12, ScalarType.Float32).view(3, 4).sin().DetachFromDisposeScope();

    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["matmul of vectors"] = OperatorCase.Of(x => x[0].matmul(x[0]) + x, 2, 4),
        ["matmul of matrix and vector"] = OperatorCase.Of(x => x.matmul(Table[0]), 2, 3, 4),
        ["matmul of vector and matrices"] = OperatorCase.Of(x => Table[0].matmul(x), 2, 4, 3),
        ["matmul of batches that stretch"] = OperatorCase.Of((x, y) => x.unsqueeze(1).matmul(y), [2, 3, 4], [2, 5, 4, 2]),
        ["matmul of integers"] = OperatorCase.Typed(ScalarType.Int64, x => x.matmul(x.t()), 2, 3),
        ["matmul of short integers"] = OperatorCase.Typed(ScalarType.Int16, x => x.matmul(x.t()), 2, 3),
        ["matmul of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => x.mm(x.t()), 2, 3),
        ["bmm, mv, dot, vdot"] = OperatorCase.OfMany(x => [x.bmm(x.transpose(1, 2)), x[0].mv(Table[0]), x[0, 0].dot(Table[1]), x[0, 0].vdot(Table[1])], 2, 3, 4),
        ["chain of matrices"] = OperatorCase.OfMany(x => [chain_matmul(x, Table.t(), Table), linalg.multi_dot([x, Table[0]])], 2, 4),
        ["outer and ger"] = OperatorCase.OfMany(x => [x.outer(Table[0]), x.ger(x)], 3),
        ["inner"] = OperatorCase.OfMany(x => [x.inner(Table), x.inner(Table[0]), x.inner(tensor(2f)), x.inner(x)], 2, 3, 4),
        ["tensordot"] = OperatorCase.OfMany(x => [x.tensordot(Table, [2], [1]), x.tensordot(Table, [2, 1], [1, 0]), x.tensordot(Table, [(1L, 0L)]), x.tensordot(Table, [], [])], 2, 3, 4),
        ["addmm"] = OperatorCase.OfMany(x => [addmm(Table[0, 0], x, Table, 1, 1), x.addmm(x, Table[.., ..3], 0.5f, -2f), Table[0].addmm(x, Table, 2, 3)], 2, 3),
        ["addmm that ignores its summand"] = OperatorCase.Of(x => (x * float.NaN).addmm(x, Table[.., ..3], 0, 2), 2, 3),
        ["addmm of integers"] = OperatorCase.Typed(ScalarType.Int64, x => x.addmm(x, ones(3, 3, dtype: ScalarType.Int64), 2, 3), 2, 3),
        ["addmv, addr"] = OperatorCase.OfMany(x => [x[.., 0].addmv(x, Table[.., 0], 0.5f, 2), x[.., 0].addmv(x, Table[.., 0], 0, 2), tensor(1f).addr(x[.., 0], Table[0], 2, 3)], 2, 3),
        ["baddbmm"] = OperatorCase.Of((x, y) => x.baddbmm(y, x + y, 0.5f, 2), [2, 3, 3], [2, 3, 3]),
        ["baddbmm of a matrix"] = OperatorCase.Of((x, y) => x.baddbmm(y, Table[.., ..3], 0.5f, 2), [2, 3, 3], [2, 3, 3]),
        ["baddbmm beside addbmm"] = OperatorCase.OfMany(x => [x.baddbmm(x, x, 0.5f, 2), Table[.., ..3].addbmm(x, x, 2, 0.5f)], 2, 3, 3),
        ["addbmm"] = OperatorCase.Of(x => Table[.., ..3].addbmm(x, x, 2, 0.5f), 2, 3, 3),
        ["einsum of matrices"] = OperatorCase.OfMany(x => [einsum("bi,ji->bj", x, Table), einsum("bi, ji", x, Table), einsum("...i,ji->...j", x, Table), einsum("bi->", x), einsum("bi->ib", x)], 2, 4),
        ["einsum of batches"] = OperatorCase.OfMany(x => [einsum("bhid,bhjd->bhij", x, x), einsum("...ij,...jk", x, x.transpose(2, 3)), einsum("bhii->bhi", x.matmul(x.transpose(2, 3))), einsum("bhid,de,bhje->bhij", x, Table.t().matmul(Table), x)], 2, 2, 3, 4),
        ["einsum of an outer product"] = OperatorCase.Of(x => einsum("i,j->ij", x, Table[0]), 3),
        ["kron"] = OperatorCase.OfMany(x => [x.kron(Table), Table[0].kron(x)], 2, 3),
        ["cross"] = OperatorCase.OfMany(x => [linalg.cross(x, x.flip(1)), linalg.cross(x, Table[.., 0].unsqueeze(0))], 2, 3),
        ["vecdot"] = OperatorCase.OfMany(x => [linalg.vecdot(x, Table), linalg.vecdot(x, x, dim: 1)], 2, 3, 4),
        ["matrix_power"] = OperatorCase.OfMany(x => [x.matrix_power(0), x.matrix_power(1), x.matrix_power(6)], 2, 3, 3),
        ["det"] = OperatorCase.OfMany(x => [x.det(), linalg.det(x[0])], 2, 3, 3),
        ["logdet, slogdet of what a float can't hold"] = OperatorCase.OfMany(
            x => { var m = x.matmul(x.transpose(1, 2)) + eye(3); var (sign, log) = linalg.slogdet(m * -1e20f); return [(m * 1e20f).logdet(), (m * 1e-20f).logdet(), sign, log]; }, 2, 3, 3) with
        {
            Edges = () => [[zeros(2, 3, 3)]],
        },
        ["logdet, slogdet"] = OperatorCase.Of(x => { var m = x.matmul(x.transpose(1, 2)) + eye(3); var (sign, log) = linalg.slogdet(-m); return m.logdet() + sign * log; }, 2, 3, 3),
        ["vector norms"] = OperatorCase.OfMany(
            x => [linalg.vector_norm(x), linalg.vector_norm(x, 1, [1]), linalg.vector_norm(x, 3, [0, 2], keepdim: true), linalg.vector_norm(x, 0, [2]), linalg.vector_norm(x, double.NegativeInfinity, [2])], 2, 3, 4),
        ["matrix norms"] = OperatorCase.OfMany(
            x => [linalg.matrix_norm(x), linalg.matrix_norm(x, 1d), linalg.matrix_norm(x, double.PositiveInfinity, [2, 0]), linalg.matrix_norm(x, -1d, keepdim: true), linalg.matrix_norm(x, double.NegativeInfinity)], 2, 3, 4),
        ["norms of either"] = OperatorCase.OfMany(
            x => [linalg.norm(x), linalg.norm(x[0], 1), linalg.norm(x[0, 0], 1d), linalg.norm(x, "fro", [1, 2]), linalg.norm(x, 1, [2]), linalg.norm(x, double.PositiveInfinity, [1, 2], keepdim: true)], 2, 3, 4),
        ["vander"] = OperatorCase.OfMany(x => [x[0].vander(), x[0].vander(3, true), linalg.vander(x, 4), linalg.vander(x)], 2, 3),
        ["cdist"] = OperatorCase.OfMany(x => [cdist(x, Table), cdist(x, Table, 1), cdist(x, Table, double.PositiveInfinity), cdist(x, Table, 3), cdist(x, x, 0)], 2, 5, 4),
        ["diagonal"] = OperatorCase.OfMany(x => [x.diagonal(0, 1, 2), x.diagonal(1, -1, 1), x.diagonal(-2, 1, 3)], 2, 3, 4, 5),
        ["diag of a matrix and of a vector"] = OperatorCase.OfMany(x => [x.diag(), x.diag(1), x[0].diag(-1), x.diagflat(2), x.trace()], 2, 3) with { Fixed = true },
        ["diag_embed"] = OperatorCase.OfMany(x => [x.diag_embed(), x.diag_embed(-1), x.diag_embed(1, 0, 2), x.diag_embed(0, -1, 1)], 2, 3, 2),
        ["diag of truth values and integers"] = OperatorCase.Typed(ScalarType.Bool, x => x.diag_embed(), 2, 3),
        ["trace of integers"] = OperatorCase.Typed(ScalarType.Int64, x => x.trace(), 3, 3) with { Fixed = true },
        ["diagonal_scatter"] = OperatorCase.Of((x, y) => x.diagonal_scatter(y, 1, 1, 2), [2, 3, 4], [2, 3]),
    };

    [Fact]
    public void Norm_of_singular_values_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => linalg.matrix_norm(x, 2d));
        Assert.Contains("singular values", Assert.Throws<ExportException>(() => folder.Export(module, [2, 3, 3])).Message);
    }

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Joining tensors, and taking them apart.</summary>
public class JoinTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["cat of mixed types"] = OperatorCase.Of(x => cat([x, arange(3).expand(x.shape[0], 3)], -1), 2, 3),
        ["cat along the batch"] = OperatorCase.Of((x, y) => concat([x, y, x], 0), [2, 3], [2, 3]),
        ["cat with an empty vector"] = OperatorCase.Of(x => cat([x, zeros(0)], 1), 2, 3),
        ["stack"] = OperatorCase.Of((x, y) => stack([x, y], -1), [2, 3], [2, 3]),
        ["stack of integers in front"] = OperatorCase.Typed(ScalarType.Int64, x => stack([x, x], 0), 2, 3),
        ["hstack, vstack, dstack of matrices"] = OperatorCase.OfMany(x => [hstack(x, x), vstack([x, x]), dstack(x, x)], 2, 3),
        ["hstack, vstack, dstack of vectors"] = OperatorCase.OfMany(x => [hstack(x, x), vstack([x, x]), row_stack([x, x]), dstack(x, x)], 2),
        ["hstack, vstack, dstack of scalars"] = OperatorCase.OfMany(x => [hstack(x.mean(), x.mean()), vstack([x.mean(), x.mean()]), dstack(x.mean(), x.mean())], 2),
        ["column_stack"] = OperatorCase.Of(x => column_stack([x, x.mean([1])]), 2, 3),
        ["block_diag"] = OperatorCase.Of(x => block_diag(x, x.mean(), x.mean([0])), 2, 3) with { Fixed = true },
        ["meshgrid"] = OperatorCase.OfMany(x => [.. meshgrid([x, arange(3, ScalarType.Float32)])], 2),
        ["meshgrid as coordinates"] = OperatorCase.OfMany(x => [.. meshgrid([x, x, x], indexing: "xy")], 2),
        ["cartesian_prod"] = OperatorCase.Of(x => cartesian_prod(x, arange(3, ScalarType.Float32)), 4) with { Fixed = true },
        ["combinations"] = OperatorCase.OfMany(x => [combinations(x), combinations(x, 3, with_replacement: true)], 4) with { Fixed = true },
        ["split in equal parts"] = OperatorCase.OfMany(x => x.split(2, 1), 2, 5),
        ["split by sizes"] = OperatorCase.OfMany(x => x.split([1, 3], -1), 2, 4),
        ["split off the first row"] = OperatorCase.Of(x => cat(x.split([1, x.shape[0] - 1]).Reverse().ToArray()), 2, 3),
        ["split of truth values"] = OperatorCase.Typed(ScalarType.Bool, x => x.split([1, 2], 1)[1], 2, 3),
        ["chunk unevenly"] = OperatorCase.OfMany(x => x.chunk(3, 1), 2, 7),
        ["tensor_split"] = OperatorCase.OfMany(x => [.. x.tensor_split(3, 1), .. x.tensor_split([1, 4], 1), .. x.tensor_split(tensor(new long[] { 2 }), 1)], 2, 7),
        ["hsplit and dsplit"] = OperatorCase.OfMany(x => [.. x.hsplit(2), .. x.hsplit(1, 3), .. x.dsplit(2), .. x.dsplit((1, 2))], 2, 4, 6),
        ["vsplit"] = OperatorCase.OfMany(x => [.. x.vsplit(2), .. x.vsplit(1, 3)], 4, 3) with { Fixed = true },
        ["unbind"] = OperatorCase.OfMany(x => x.unbind(1), 2, 3, 4),
        ["select from the end"] = OperatorCase.Of(x => x.select(1, -2), 2, 4, 3),
        ["select the last row"] = OperatorCase.Of(x => x + x.select(0, x.shape[0] - 1), 2, 3),
        ["narrow"] = OperatorCase.Of(x => x.narrow(1, 1, 2), 2, 4),
        ["narrow from the end"] = OperatorCase.Of(x => x.narrow(1, -2, 2), 2, 4),
        ["narrow by the batch"] = OperatorCase.Of(x => x.narrow(0, 0, (x.shape[0] * 2) - x.shape[0]), 2, 4),
        ["slice past the end"] = OperatorCase.Of(x => x.slice(1, 1, 100, 2), 2, 6),
        ["slice by negative ends"] = OperatorCase.Of(x => x.slice(-1, -5, -1, 1), 2, 6),
        ["unfold an axis"] = OperatorCase.Of(x => x.unfold(1, 3, 2), 2, 8, 2),
        ["unfold the last axis of integers"] = OperatorCase.Typed(ScalarType.Int64, x => x.unfold(-1, 2, 1), 2, 5),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Split_in_parts_of_a_fixed_size_is_refused_where_their_number_hangs_on_the_length()
    {
        using var folder = new ExportFolder();
        using var first = new Of((_, x) => x.split(512, 0)[0]);
        Assert.Contains("split in parts of 512", Assert.Throws<ExportException>(() => folder.Export(first, [2, 3])).Message);
        using var places = new Of((_, x) => x.tensor_split([512], 0)[0]);
        Assert.Contains("split at 512", Assert.Throws<ExportException>(() => folder.Export(places, [2, 3])).Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Split_of_the_batch_into_single_rows_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => cat(x.split(1), 1));
        Assert.Contains("different things at batch 2 and batch 5", Assert.Throws<ExportException>(() => folder.Export(module, [2, 3])).Message);
    }
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Reshaping, reordering and repeating. Axis 0 is the batch, so every case also shows that no length of it is baked in.</summary>
public class ShapeTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["view with a symbolic and an inferred length"] = OperatorCase.Of(x => x.view(x.shape[0], -1), 2, 3, 4),
        ["view that merges the batch"] = OperatorCase.Of(x => x.view(-1, 4), 2, 3, 4),
        ["view as another"] = OperatorCase.Of((x, y) => x.view_as(y), [2, 3, 4], [2, 12]),
        ["reshape to twice the batch"] = OperatorCase.Of(x => x.reshape(x.shape[0] * 2, 6), 2, 3, 4),
        ["ravel"] = OperatorCase.Of(x => x.ravel(), 2, 3),
        ["flatten inner axes"] = OperatorCase.Of(x => x.flatten(-3, -2), 2, 3, 4, 5),
        ["flatten a scalar"] = OperatorCase.Of(x => x + x.mean().flatten(), 2, 3),
        ["unflatten"] = OperatorCase.Of(x => x.unflatten(1, 2, -1), 2, 6),
        ["squeeze an axis"] = OperatorCase.Of(x => x.squeeze(-2), 2, 1, 3),
        ["squeeze an axis that stays"] = OperatorCase.Of(x => x.squeeze(1), 2, 3),
        ["squeeze all"] = OperatorCase.Of(x => x.squeeze(), 1, 3, 1, 2) with { Fixed = true },
        ["unsqueeze at the end"] = OperatorCase.Of(x => x.unsqueeze(-1).unsqueeze(0), 2, 3),
        ["unsqueeze in place"] = OperatorCase.Of(x => x.relu().unsqueeze_(1), 2, 3),
        ["expand with kept lengths"] = OperatorCase.Of(x => x.expand(-1, 4, 3), 2, 1, 3),
        ["expand to the batch"] = OperatorCase.Of(x => x.mean().expand(x.shape[0], 2), 2, 3),
        ["expand as another"] = OperatorCase.Of((x, y) => x.expand_as(y), [2, 1], [2, 3]),
        ["broadcast_to"] = OperatorCase.Of(x => x.broadcast_to(2, x.shape[0], 3), 2, 3),
        ["broadcast_tensors"] = OperatorCase.OfMany(x => [.. broadcast_tensors(x, x.mean(), arange(3))], 2, 3),
        ["at least one and three axes"] = OperatorCase.OfMany(x => [x.mean().atleast_1d(), x.atleast_3d(), x.atleast_2d()], 2, 3),
        ["transpose"] = OperatorCase.Of(x => x.transpose(0, -1), 2, 3, 4),
        ["swapaxes and swapdims"] = OperatorCase.Of(x => x.swapaxes(1, 2).swapdims(0, 2), 2, 3, 4),
        ["t, T, H, mT, mH, adjoint"] = OperatorCase.OfMany(x => [x.t(), x.T, x.H, x.mT, x.mH, x.adjoint()], 2, 3),
        ["permute by negative axes"] = OperatorCase.Of(x => x.permute(0, -1, 1, -2), 2, 3, 4, 5),
        ["movedim of one"] = OperatorCase.Of(x => movedim(x, 1, -1), 2, 3, 4, 5),
        ["movedim of several"] = OperatorCase.Of(x => moveaxis(x, [1, 3], [3, 0]), 2, 3, 4, 5),
        ["flip"] = OperatorCase.Of(x => x.flip(0, -1), 2, 3, 4),
        ["flip left-right and up-down"] = OperatorCase.OfMany(x => [x.fliplr(), x.flipud()], 2, 3, 4),
        ["flip of truth values"] = OperatorCase.Typed(ScalarType.Bool, x => x.flip(1), 2, 5),
        ["roll one axis"] = OperatorCase.Of(x => x.roll(-2, 1), 2, 5),
        ["roll the batch"] = OperatorCase.Of(x => x.roll(4, 0), 2, 3),
        ["roll several axes by more than their length"] = OperatorCase.Of(x => x.roll((7, -1), (1, 2)), 2, 3, 4),
        ["roll all elements"] = OperatorCase.Of(x => x.roll(2), 2, 3),
        ["roll an array of shifts"] = OperatorCase.Typed(ScalarType.Int64, x => x.roll([1L]), 2, 3),
        ["rot90"] = OperatorCase.OfMany(x => [x.rot90(), x.rot90(2, (1, 2)), x.rot90(-1, (2, 1)), x.rot90(4)], 2, 3, 4),
        ["channel_shuffle"] = OperatorCase.Of(x => x.channel_shuffle(3), 2, 6, 2, 2),
        ["repeat with more axes"] = OperatorCase.Of(x => x.repeat(2, 1, 3), 2, 3),
        ["repeat truth values"] = OperatorCase.Typed(ScalarType.Bool, x => x.repeat(1, 2), 2, 3),
        ["repeat by the batch"] = OperatorCase.Of(x => x.mean().view(1).repeat(x.shape[0]), 2, 3),
        ["tile with fewer axes"] = OperatorCase.Of(x => x.tile([2]), 2, 3),
        ["repeat_interleave along an axis"] = OperatorCase.Of(x => x.repeat_interleave(3, -1), 2, 3),
        ["repeat_interleave the batch"] = OperatorCase.Of(x => x.repeat_interleave(2, 0), 2, 3),
        ["repeat_interleave of all"] = OperatorCase.Typed(ScalarType.Int64, x => x.repeat_interleave(2), 2, 3),
        ["repeat_interleave by a table"] = OperatorCase.Of(x => x.repeat_interleave(tensor(new long[] { 0, 2, 1 }), 1), 2, 3),
        ["heads of any batch and length"] = OperatorCase.Of(x => x.view(x.shape[0], x.shape[1], 2, 3).transpose(1, 2).flatten(0, 1).unflatten(0, x.shape[0], 2).permute(0, 2, 1, 3).reshape(x.shape[0], x.shape[1], 6), 2, 5, 6) with { Axes = BatchAndLength },
        ["repeat_interleave of all, by a table of one"] = OperatorCase.Of(x => x.repeat_interleave(tensor(new long[] { 2 })), 2, 3) with { Fixed = true },
        ["places that a mask holds, as a list"] = OperatorCase.Masked((x, m) => x.index_select(0, m.nonzero().squeeze(1)), [4, 3], [4]) with { Edges = () => [[ExportFolder.Example(4, 3), zeros(4, dtype: ScalarType.Bool)]] },
        ["rolled, repeated and flipped, whatever the length"] = OperatorCase.Of(x => cat([x.roll(2, 1), x.flip(1), x.repeat(1, 2, 1), x.repeat_interleave(2, 1)], 1), 2, 5, 6) with { Axes = BatchAndLength },
        ["positions of any length"] = OperatorCase.Of(x => x + x.mean([0, 1]).expand(x.shape[1], 6) + x[.., ^1..], 2, 5, 6) with { Axes = BatchAndLength },
    };

    private static Dictionary<int, IReadOnlyDictionary<int, string>> BatchAndLength => new() { [0] = new Dictionary<int, string> { [0] = "batch", [1] = "length" } };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Squeezing_every_axis_is_refused_where_the_batch_could_be_one() => AssertRefused(x => x.squeeze(), ExportFolder.Example(2, 1, 3), "only where its length is 1");

    [Fact]
    public void Repeats_that_depend_on_data_are_refused() => AssertRefused(x => x.repeat_interleave(x), tensor(new long[] { 1, 2, 3 }), "depends on data");

    private static void AssertRefused(Func<Tensor, Tensor> function, Tensor example, string reason)
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => function(x));
        Assert.Contains(reason, Assert.Throws<ExportException>(() => folder.Export(module, [example])).Message);
    }
}

using MLPipeline.Export.Tests.Networks;
using static MLPipeline.Export.Tests.Converters.Elementwise;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Casts, tensors made of symbolic lengths, and choosing by truth values.</summary>
public class CreationTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["floats to other types"] = UnaryMany(x => [x.@double(), x.half(), x.@int(), x.@long(), x.@short(), x.@char(), x.@byte(), x.@bool(), x.to(ScalarType.Float64), x.to_type(ScalarType.Int64)]) with { Edges = () => [[Ordinary(ScalarType.Float32)]] },
        ["integers to other types"] = UnaryMany(x => [x.@float(), x.half(), x.@int(), x.@short(), x.@char(), x.@byte(), x.@bool()], ScalarType.Int64) with { Edges = () => [[tensor([-70000L, -300, -1, 0, 1, 255, 300, 70000])]] },
        ["type of another"] = BinaryMany((a, b) => [a.type_as(b), b.to(a), a.type(ScalarType.Float64), a.to(CPU), a.cpu(), a.to(ScalarType.Int32, CPU)], ScalarType.Float32, ScalarType.Int64),
        ["cast changed in place"] = UnaryMany(x =>
        {
            var y = x + 1;
            y.to(ScalarType.Float32).mul_(3);
            return [y];
        }),
        ["real parts"] = UnaryMany(x => [x.real, x.conj(), x.resolve_conj(), x.angle()]),
        ["zeros, ones, numbers of the batch's length"] = UnaryMany(x =>
            [zeros(x.shape[0], 3) + x.sum(), ones(2, x.shape[0], dtype: ScalarType.Int64), full(x.shape[0], 2.5), full([x.shape[0] * 2 + 1], 7, ScalarType.Int32), full(x.shape[0], x.shape[0]), x.new_zeros(x.shape[0]), x.new_full(x.shape[0], 3, 9.5f)]),
        ["like another"] = UnaryMany(x => [x.zeros_like(), ones_like(x, ScalarType.Int64), x.full_like(0.5), x.full_like(true, ScalarType.Bool), x.empty_like().fill_(2), x.new_ones(x.shape[0])]),
        ["like halves of another kind"] = UnaryMany(x => [x.bfloat16().ones_like().@float(), (x.bfloat16() + 1).@float(), x.bfloat16().exp().@float()]) with { Tolerance = new(1e-2, 1e-2) },
        ["filled in place"] = UnaryMany(x =>
        {
            var y = x.clone();
            y.fill_(3);
            var z = x.clone();
            z.zero_();
            var w = x.clone();
            w.copy_(tensor(5));
            return [y, z, w];
        }),
        ["unit matrix"] = UnaryMany(x => [eye(x.shape[0]), eye(x.shape[0], 3, dtype: ScalarType.Int64)]),
        ["ranges"] = UnaryMany(x => [arange(x.shape[0]), arange(1, x.shape[0] * 2 + 1, 2), arange(x.shape[0], dtype: ScalarType.Float32) * x, arange(0.5, x.shape[0] + 0.5, 1.0), linspace(-1, 1, x.shape[0]), arange(x.shape[0], dtype: ScalarType.Int32)]),
        ["triangles"] = OperatorCase.OfMany(x => [x.tril(), x.triu(), x.tril(1), x.triu(-1), x.triu(2)], 2, 3, 4, 5),
        ["triangles of bools and integers"] = OperatorCase.OfMany(x => [(x > 0).tril(), (x * 9).to(ScalarType.Int16).triu(1), ones(x.shape[0], x.shape[0]).tril_()], 2, 4, 4),
        ["one in many"] = new(() => new Of((_, x) => functional.one_hot(x, 6)), () => [tensor([0L, 5, 2, 3]).view(2, 2)]),
        ["choice"] = BinaryMany((a, b) => [where(a > b, a, b), where(a > b, a, tensor(0f)), a.where(b > 0, b), where(a > 0, 1, b)]),
        ["choice of two types"] = BinaryMany((a, b) => [where(a > 0, a, b), where(a > 0, b, tensor(1.5)), where(a > 0, a > 1, b > 1)], ScalarType.Int32, ScalarType.Int64),
        ["masked"] = BinaryMany((a, b) => [a.masked_fill(b > 0, -1e9), a.masked_fill(b > 0, double.NegativeInfinity), a.clone().masked_fill_(b.isnan(), 2), (a > 0).masked_fill(b > 0, true)]),
        ["mask of fewer axes"] = OperatorCase.Of(x => x.masked_fill(ones(4, 4).triu(1).to(ScalarType.Bool), float.NegativeInfinity), 2, 3, 4, 4),
        ["scattered by a mask"] = BinaryMany((a, b) => [a.masked_scatter(a > 0, b)]),
        ["scattered by a mask, of no values"] = BinaryMany((a, b) => [a.masked_scatter(a > 1000, b[b > 1000])]) with { Edges = () => [[zeros(3), zeros(3)]] },
        ["member of a set"] = UnaryMany(x => [x.isin(tensor([1f, 2.5f, -0.5f])), x.isin(tensor([1L, 2]), invert: true)]),
        ["elements that a mask selects"] = new(() => new OfTwo((x, mask) => x.masked_select(mask > 0)), () => [Ordinary(ScalarType.Float32), Ordinary(ScalarType.Float32)]),
        ["elements that a smaller mask selects"] = OperatorCase.Of(x => x.masked_select(tensor([true, false, true])), 2, 3),
        ["places of what is not 0"] = new(() => new OfMany(x => [x.nonzero(), x.argwhere(), .. where(x > 0), .. x.nonzero_as_list()]), () => [tensor([0L, 5, 2, 0]).view(2, 2)]),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Random = new()
    {
        ["rand_like"] = x => x.rand_like(),
        ["randn_like"] = x => x.randn_like(),
        ["bernoulli"] = x => x.sigmoid().bernoulli(),
        ["multinomial"] = x => x.softmax(1).multinomial(2),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    public static TheoryData<string> RandomNames => [.. Random.Keys];

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Theory]
    [MemberData(nameof(RandomNames))]
    public void Random_numbers_are_refused(string name)
    {
        var refused = Assert.Throws<ExportException>(() => OperatorCase.Of(Random[name], 2, 4).Check(17));
        Assert.Contains("draws random numbers", refused.Message);
    }

    [Fact]
    public void Classes_counted_in_the_data_are_refused()
    {
        var refused = Assert.Throws<ExportException>(() => new OperatorCase(() => new Of((_, x) => functional.one_hot(x)), () => [tensor([0L, 5, 2, 3])]).Check(17));
        Assert.Contains("give num_classes", refused.Message);
    }
}

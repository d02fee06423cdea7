using MLPipeline.Export.Tests.Networks;
using static MLPipeline.Export.Tests.Converters.Elementwise;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using GELU = TorchSharp.Modules.GELU;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Activations as modules with their parameters, as functions, in place, and of other types than float.</summary>
public class ActivationTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["modules with bounds"] = Modules(ReLU(), ReLU6(), Hardtanh(-0.5, 2), Threshold(0.3, -7), Hardshrink(0.6), Softshrink(0.6), Hardsigmoid(), Hardswish()),
        ["modules with exponentials"] = Modules(ELU(0.7), SELU(), CELU(1.5), Softplus(), Softplus(2, 1), LogSigmoid(), Mish(), Softsign(), Tanhshrink()),
        ["modules with slopes"] = Modules(LeakyReLU(0.2), RReLU(0.1, 0.4), PReLU(1, 0.3)),
        ["modules with sigmoids"] = Modules(Sigmoid(), Tanh(), SiLU(), GELU(), GELU(GELU.Approximate.tanh), GELU(inplace: true)),
        ["modules in place"] = Modules(
            ReLU(true), ReLU6(true), Hardtanh(-0.5, 2, true), Threshold(0.3, -7, true), Hardsigmoid(true), Hardswish(true), ELU(0.7, true), SELU(true), CELU(1.5, true), Mish(true),
            Softsign(true), Tanhshrink(true), LeakyReLU(0.2, true), SiLU(true), Sigmoid(true), Tanh(true)),
        ["functions"] = UnaryMany(x => [x.celu(), x.elu(0.5, 2, 3), x.softplus(), functional.mish(x), functional.logsigmoid(x), x.selu(), functional.relu6(x)]),
        ["in place by name only"] = UnaryMany(x =>
        {
            var y = x.clone();
            var z = y.elu_(0.5);
            return [y, z];
        }),
        ["functions of doubles"] = UnaryMany(
            x => [x.relu(), x.relu6(), x.leaky_relu(0.1), x.elu(), x.selu(), x.celu(2), x.silu(), x.hardsigmoid(), x.hardswish(), x.softplus(), x.log_sigmoid(), x.gelu(GELU.Approximate.tanh), x.prelu(tensor(0.2, ScalarType.Float64))],
            ScalarType.Float64),
        ["functions of halves"] = UnaryMany(x => [x.relu(), x.elu(), x.gelu(), x.silu(), x.hardswish(), x.softplus(), x.log_sigmoid(), x.celu()], ScalarType.Float16),
        ["functions of integers"] = UnaryMany(x => [x.relu(), x.relu6(), x.sigmoid(), x.tanh()], ScalarType.Int32),
        ["slope for each channel"] = OperatorCase.Module(() => PReLU(3, 0.3), [2, 3, 4, 5]),
        ["slope for each column"] = OperatorCase.Module(() => PReLU(3, 0.3), [2, 3]),
        ["gated halves"] = OperatorCase.OfMany(x => [functional.glu(x), GLU(1).call(x)], 2, 4, 6),
        ["softmax"] = OperatorCase.OfMany(x => [Softmax(1).call(x), LogSoftmax(-1).call(x), Softmin(2).call(x), special.softmax(x, 0), x.softmax(1, ScalarType.Float64), functional.log_softmax(x, 0)], 2, 3, 4),
        ["softmax of images"] = OperatorCase.Module(() => Softmax2d(), [2, 3, 4, 5]),
        ["softmax of integers"] = new(() => new Of((_, x) => x.softmax(1, ScalarType.Float32)), () => [arange(8).view(2, 4)]),
        ["softmax with nothing left"] = new(() => new Of((_, x) => x.softmax(1)), () => [ExportFolderExample()]) { Edges = () => [[tensor([float.NegativeInfinity, 0f, 1e4f, -1e4f, float.NegativeInfinity, 0f, 0f, 0f]).view(2, 4)]] },
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Doubles_without_a_kernel_are_refused()
    {
        var refused = Assert.Throws<ExportException>(() => Unary(x => x.gelu(), ScalarType.Float64).Check(17));
        Assert.Contains("no Erf for Float64; compute it in Float32", refused.Message);
    }

    private static OperatorCase Modules(params Module<Tensor, Tensor>[] modules) => UnaryMany(x => [.. modules.Select(m => m.call(x.clone()))]);

    private static Tensor ExportFolderExample() => Fixtures.ExportFolder.Example(2, 4);
}

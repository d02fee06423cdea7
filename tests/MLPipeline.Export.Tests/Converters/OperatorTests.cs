using MLPipeline.Export.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Operators with the arguments that are easy to get wrong. Verification compares the numbers; here it must only pass.</summary>
public class OperatorTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["convolution with stride, padding, dilation"] = OperatorCase.Module(() => Conv2d(2, 3, (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2)), [2, 2, 9, 8]),
        ["grouped convolution"] = OperatorCase.Module(() => Conv2d(4, 6, 3, groups: 2, bias: false), [2, 4, 5, 5]),
        ["convolution that keeps the size"] = OperatorCase.Module(() => Conv2d(2, 3, 4, padding: Padding.Same), [2, 2, 7, 7]),
        ["convolution of one axis"] = OperatorCase.Module(() => Conv1d(2, 3, 3, padding: 1), [2, 2, 7]),
        ["convolution of three axes"] = OperatorCase.Module(() => Conv3d(1, 2, 2), [2, 1, 4, 4, 4]),
        ["transposed convolution"] = OperatorCase.Module(() => ConvTranspose2d(2, 3, 3, stride: 2, padding: 1, output_padding: 1), [2, 2, 4, 4]),
        ["max pool with padding, rounded up"] = OperatorCase.Module(() => MaxPool2d(3, stride: 2, padding: 1, ceil_mode: true), [2, 2, 6, 6]),
        ["average pool with padding counted"] = OperatorCase.Module(() => AvgPool2d(3, stride: 2, padding: 1), [2, 2, 7, 7]),
        ["average pool with padding left out"] = OperatorCase.Module(() => AvgPool2d(3, stride: 2, padding: 1, count_include_pad: false), [2, 2, 7, 7]),
        ["average pool without a stride"] = OperatorCase.Module(() => AvgPool2d(2), [2, 2, 7, 7]),
        ["average pool rounded up"] = OperatorCase.Module(() => AvgPool2d(2, stride: 2, ceil_mode: true), [2, 2, 7, 7]),
        ["adaptive average pool to two"] = OperatorCase.Module(() => AdaptiveAvgPool2d(2), [2, 3, 6, 8]),
        ["adaptive max pool to one"] = OperatorCase.Module(() => AdaptiveMaxPool1d(1), [2, 3, 6]),
        ["linear over three axes"] = OperatorCase.Module(() => Linear(4, 3), [2, 5, 4]),
        ["linear without bias"] = OperatorCase.Module(() => Linear(4, 3, hasBias: false), [2, 4]),
        ["batch norm without weights"] = OperatorCase.Module(() => BatchNorm2d(3, affine: false), [2, 3, 4, 4]),
        ["flatten from the front"] = OperatorCase.Module(() => new Of((_, x) => x.flatten(0, 1)), [2, 3, 4]),
        ["sum scaled by alpha"] = OperatorCase.Module(() => new Of((_, x) => x.add(x, alpha: 3).sub(x.relu())), [2, 4]),
        ["types promoted"] = OperatorCase.Module(() => new Of((_, x) => x * arange(4) + 1L), [2, 4]),
        ["number before a tensor"] = OperatorCase.Module(() => new Of((_, x) => (1 - x) / 2 + 2 / (x * x + 1)), [2, 4]),
        ["concatenation along an axis by that name"] = OperatorCase.Module(() => new Of((_, x) => concatenate([x, x.relu()], axis: 1)), [2, 3, 4]),
        ["one channel scaled to several before a convolution"] = OperatorCase.Module(() => Sequential(new Of((_, x) => x * arange(1, 4).view(1, 3, 1, 1)), Conv2d(3, 2, 3)), [2, 1, 5, 5]),
        ["input changed in place"] = OperatorCase.Module(() => Sequential(new Of((_, x) => x.sub_(0.5)), Linear(4, 3)), [2, 4]),
        ["mean of all"] = OperatorCase.Module(() => new Of((_, x) => x - x.mean()), [2, 4]),
        ["mean that keeps its axes"] = OperatorCase.Module(() => new Of((_, x) => x - x.mean([2, 3], keepdim: true)), [2, 3, 4, 4]),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);
}

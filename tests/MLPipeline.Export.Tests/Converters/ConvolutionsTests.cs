using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Convolutions, their transposes, and linear layers.</summary>
public class ConvolutionsTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["lines, circular"] = OperatorCase.Module(() => Conv1d(2, 3, 3, padding: 2, padding_mode: PaddingModes.Circular), [2, 2, 7]),
        ["lines, replicated, strided"] = OperatorCase.Module(() => Conv1d(2, 3, 3, stride: 2, padding: 2, padding_mode: PaddingModes.Replicate), [2, 2, 7]),
        ["images, reflected, another padding for each axis"] = OperatorCase.Module(() => Conv2d(2, 3, (3, 2), padding: (2, 1), padding_mode: PaddingModes.Reflect), [2, 2, 7, 6]),
        ["images, reflected to the same size"] = OperatorCase.Module(() => Conv2d(2, 3, 4, Padding.Same, padding_mode: PaddingModes.Reflect), [2, 2, 7, 6]),
        ["images, circular"] = OperatorCase.Module(() => Conv2d(2, 3, (3, 3), padding: (1, 2), padding_mode: PaddingModes.Circular), [2, 2, 5, 6]),
        ["volumes, replicated"] = OperatorCase.Module(() => Conv3d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Replicate), [2, 2, 3, 4, 3]),
        ["volumes, circular"] = OperatorCase.Module(() => Conv3d(1, 2, 2, padding: 1, padding_mode: PaddingModes.Circular), [2, 1, 3, 4, 3]),
        ["lines to the same size, dilated"] = OperatorCase.Module(() => Conv1d(2, 3, 4, Padding.Same, dilation: 3), [2, 2, 12]),
        ["volumes to the same size"] = OperatorCase.Module(() => Conv3d(1, 2, (3, 2, 1), Padding.Same), [2, 1, 3, 4, 3]),
        ["images without padding, by that name"] = OperatorCase.Module(() => Conv2d(2, 3, 3, Padding.Valid), [2, 2, 5, 5]),
        ["images, each channel of its own"] = OperatorCase.Module(() => Conv2d(3, 6, 3, groups: 3), [2, 3, 5, 5]),
        ["images of any height and width"] = OperatorCase.Module(() => Conv2d(2, 3, 3, stride: 2, padding: 1), [2, 2, 7, 8]) with { Axes = ImageAxes },
        ["one line"] = OperatorCase.Module(() => Conv1d(2, 3, 3), [2, 7]) with { Fixed = true },
        ["one image, transposed"] = OperatorCase.Module(() => ConvTranspose2d(2, 3, 3, bias: false), [2, 4, 4]) with { Fixed = true },
        ["transposed lines"] = OperatorCase.Module(() => ConvTranspose1d(2, 3, 3, stride: 3, padding: 1, output_padding: 2), [2, 2, 5]),
        ["transposed images in groups, dilated"] = OperatorCase.Module(() => ConvTranspose2d(4, 6, 3, stride: 2, padding: 1, dilation: 2, groups: 2), [2, 4, 4, 5]),
        ["transposed images to a given size"] = OperatorCase.Module(
            () => Holding.Of(ConvTranspose2d(2, 3, 3, stride: 2), (m, x) => [m.forward(x, [10, 9])]), [2, 2, 4, 4]),
        ["transposed volumes"] = OperatorCase.Module(() => ConvTranspose3d(2, 3, (2, 3, 1), stride: (2, 1, 1)), [2, 2, 3, 3, 3]),
        ["transposed images of any height and width"] = OperatorCase.Module(() => ConvTranspose2d(2, 3, 2, stride: 2), [2, 2, 5, 6]) with { Axes = ImageAxes },
        ["one row through a linear layer"] = OperatorCase.Module(() => Linear(4, 3), [4]) with { Fixed = true },
        ["a linear layer over three axes of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.linear(x, ones(3, 4).to(ScalarType.Float64)), 2, 5, 4),
        ["a linear layer of one output"] = OperatorCase.Of(x => functional.linear(x, arange(4).to(ScalarType.Float32)), 2, 4),
        ["bilinear"] = OperatorCase.Module(() => Bilinear(4, 3, 5), [2, 4], [2, 3]),
        ["bilinear over three axes, no bias"] = OperatorCase.Module(() => Bilinear(4, 3, 5, hasBias: false), [2, 3, 4], [2, 3, 3]),
        ["dropout of every kind"] = OperatorCase.Module(() => Sequential(Dropout(0.5), Dropout2d(0.5), AlphaDropout(0.5), FeatureAlphaDropout(0.5), Conv2d(2, 3, 3)), [2, 2, 5, 5]),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Layer_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_doubles_that_the_runtime_can_not_convolve()
    {
        using var folder = new ExportFolder();
        using var module = Conv1d(2, 3, 3, dtype: ScalarType.Float64);
        using var example = ExportFolder.Example(2, 2, 7).to(ScalarType.Float64);

        Assert.Contains("no Conv for Float64", Assert.Single(Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems));
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> ImageAxes =>
        new() { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } };
}

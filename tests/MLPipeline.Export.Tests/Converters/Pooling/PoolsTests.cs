using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters.Pooling;

/// <summary>Pools with every argument, and their inverse.</summary>
public class PoolsTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["max pool of lines"] = OperatorCase.Module(() => MaxPool1d(3, stride: 2, padding: 1, dilation: 1), [2, 2, 8]),
        ["max pool of images, dilated"] = OperatorCase.Module(() => MaxPool2d(3, stride: 1, padding: 1, dilation: 2), [2, 2, 8, 7]),
        ["max pool of volumes"] = OperatorCase.Module(() => MaxPool3d(2, stride: 1), [2, 2, 4, 3, 4]),
        ["max pool rounded up, its last window dropped"] = OperatorCase.Module(() => MaxPool2d(2, stride: 3, padding: 1, ceil_mode: true), [2, 2, 6, 7]),
        ["max pool rounded up, of any height and width"] = OperatorCase.Module(() => MaxPool2d(3, stride: 2, ceil_mode: true), [2, 2, 8, 9]) with { Axes = ImageAxes },
        ["max pool rounded up, of wide windows of few elements"] = OperatorCase.Module(() => MaxPool1d(2, stride: 5, dilation: 4, ceil_mode: true), [2, 2, 11]),
        ["max pool of one row"] = OperatorCase.Module(() => MaxPool2d(2), [3, 4, 6]) with { Fixed = true },
        ["max pool of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.max_pool2d(x, 2), 2, 2, 4, 4),
        ["max pool of infinities"] = OperatorCase.Of(x => functional.max_pool1d(x, 2, padding: 1), 2, 1, 4) with { Edges = () => [[full([2, 1, 4], float.PositiveInfinity)]] },
        ["max pool with indices"] = Many(x => functional.max_pool2d_with_indices(x, [2, 2], strides: [1, 2], padding: [1, 1]), 2, 3, 4, 5) with
        {
            Edges = () => [[zeros(2, 3, 4, 5)]],
        },
        ["max pool with indices of any height and width"] = Many(x => functional.max_pool2d_with_indices(x, [3, 3], strides: [2, 2], ceil_mode: true), 2, 2, 8, 9) with { Axes = ImageAxes },
        ["max pool with indices of one row"] = Many(x => functional.max_pool1d_with_indices(x, 2), 3, 6) with { Fixed = true },
        ["max pool with indices of volumes"] = Many(x => functional.max_pool3d_with_indices(x, [2, 2, 2], dilation: [1, 2, 1]), 2, 2, 4, 5, 4),
        ["average pool of lines"] = OperatorCase.Module(() => AvgPool1d(3, stride: 2, padding: 1), [2, 2, 8]),
        ["average pool of volumes, padding left out"] = OperatorCase.Module(() => AvgPool3d(2, stride: 2, padding: 1, count_include_pad: false), [2, 2, 4, 5, 3]),
        ["average pool rounded up, padding counted"] = OperatorCase.Module(() => AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true), [2, 2, 6, 8]),
        ["average pool rounded up, padding left out"] = OperatorCase.Module(() => AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false), [2, 2, 6, 8]),
        ["average pool rounded up, its last window dropped"] = OperatorCase.Module(() => AvgPool2d(2, stride: 3, padding: 1, ceil_mode: true), [2, 2, 6, 7]),
        ["average pool rounded up, of any height and width, padding counted"] = OperatorCase.Module(() => AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true), [2, 2, 8, 9]) with { Axes = ImageAxes },
        ["average pool by another divisor"] = OperatorCase.Module(() => AvgPool2d(2, stride: 2, padding: 1, divisor_override: 3), [2, 2, 5, 6]),
        ["average pool by another divisor, rounded up"] = OperatorCase.Module(() => AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true, divisor_override: 5), [2, 2, 6, 8]),
        ["average pool of one row"] = OperatorCase.Module(() => AvgPool1d(2), [3, 6]) with { Fixed = true },
        ["power pool of lines"] = OperatorCase.Module(() => Sequential(ReLU(), LPPool1d(3, 2)), [2, 2, 6]),
        ["power pool of images, rounded up"] = OperatorCase.Module(() => LPPool2d(2, 3, stride: 2, ceil_mode: true), [2, 2, 6, 8]),
        ["max unpool of lines"] = OperatorCase.Of(x => Unpooled(functional.max_pool1d_with_indices(x, 2), r => functional.max_unpool1d(r.Item1, r.Item2, 2)), 2, 3, 6),
        ["max unpool of images"] = OperatorCase.Of(
            x => Unpooled(functional.max_pool2d_with_indices(x, [2, 3]), r => functional.max_unpool2d(r.Item1, r.Item2, [2, 3])), 2, 2, 4, 6),
        ["max unpool of volumes"] = OperatorCase.Of(x => Unpooled(functional.max_pool3d_with_indices(x, [2, 2, 2]), r => functional.max_unpool3d(r.Item1, r.Item2, [2, 2, 2])), 2, 2, 4, 4, 4),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Pool_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_windows_drawn_at_random()
    {
        using var folder = new ExportFolder();
        using var module = FractionalMaxPool2d(2, output_size: 3);
        using var example = ExportFolder.Example(2, 2, 8, 8);

        Assert.Contains("at random", Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems[0]);
    }

    [Fact]
    public void Export_refuses_a_rule_for_the_last_window_that_onnx_has_not()
    {
        using var folder = new ExportFolder();
        using var module = MaxPool2d(2, stride: 3, padding: 1, ceil_mode: true);
        using var example = ExportFolder.Example(2, 2, 6, 7);

        var e = Assert.Throws<ExportException>(() => folder.Export(module, [example], new OnnxExportOptions { DynamicAxes = ImageAxes }));

        Assert.Contains("fixed height and width", Assert.Single(e.Problems));
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> ImageAxes =>
        new() { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } };

    private static OperatorCase Many(Func<Tensor, (Tensor, Tensor)> pool, params long[] shape) => OperatorCase.OfMany(x => { var r = pool(x); return [r.Item1, r.Item2]; }, shape);

    private static Tensor Unpooled((Tensor, Tensor) pooled, Func<(Tensor, Tensor), Tensor> unpool) => unpool(pooled);
}

using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters.Pooling;

/// <summary>Pools to a given length, which may divide the input or not.</summary>
public class AdaptivePoolsTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["average to one"] = OperatorCase.Module(() => AdaptiveAvgPool3d(1), [2, 2, 3, 4, 5]),
        ["average to one, of any height and width"] = OperatorCase.Module(() => AdaptiveAvgPool2d(1), [2, 3, 6, 8]) with { Axes = ImageAxes },
        ["average of equal windows"] = OperatorCase.Module(() => AdaptiveAvgPool2d([2, 4]), [2, 3, 6, 8]),
        ["average of unequal windows"] = OperatorCase.Module(() => AdaptiveAvgPool2d([3, 5]), [2, 3, 7, 8]) with
        {
            // What lies outside a window must not matter to it.
            Edges = () => [[cat([full([2, 3, 7, 1], float.PositiveInfinity), ones(2, 3, 7, 7)], 3)]],
        },
        ["average to more than there are"] = OperatorCase.Module(() => AdaptiveAvgPool1d(7), [2, 3, 4]),
        ["average of volumes, one axis unchanged"] = OperatorCase.Module(() => AdaptiveAvgPool3d([3, 2, 1]), [2, 2, 3, 5, 4]),
        ["average of one row"] = OperatorCase.Module(() => AdaptiveAvgPool2d(2), [3, 5, 4]) with { Fixed = true },
        ["average of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.adaptive_avg_pool2d(x, 2), 2, 2, 4, 5),
        ["largest of all"] = OperatorCase.Module(() => AdaptiveMaxPool2d([1, 1]), [2, 3, 4, 5]) with { Edges = () => [[full([2, 3, 4, 5], float.NegativeInfinity)]] },
        ["largest of unequal windows"] = OperatorCase.Module(() => AdaptiveMaxPool2d([3, 5]), [2, 3, 7, 8]),
        ["largest of lines"] = OperatorCase.Module(() => AdaptiveMaxPool1d(4), [2, 3, 6]),
        ["largest of equal windows, with indices"] = OperatorCase.OfMany(x => { var r = functional.adaptive_max_pool2d_with_indices(x, [2, 4]); return [r.Item1, r.Item2]; }, 2, 3, 6, 8),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Adaptive_pool_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_windows_that_depend_on_a_symbolic_length()
    {
        using var folder = new ExportFolder();
        using var module = AdaptiveAvgPool2d(2);
        using var example = ExportFolder.Example(2, 2, 6, 8);

        var e = Assert.Throws<ExportException>(() => folder.Export(module, [example], new OnnxExportOptions { DynamicAxes = ImageAxes }));

        Assert.Contains("symbolic axis", Assert.Single(e.Problems));
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> ImageAxes =>
        new() { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } };
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Patches and pixels.</summary>
public class FoldsTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["unfold"] = OperatorCase.Module(() => Unfold(2), [2, 3, 4, 5]),
        ["unfold with every argument"] = OperatorCase.Module(() => Unfold((2, 3), dilation: (2, 1), padding: (1, 2), stride: (1, 2)), [2, 3, 6, 5]),
        ["unfold of any height and width"] = OperatorCase.Module(() => Unfold((2, 3), dilation: (2, 1), padding: (1, 2), stride: (1, 2)), [2, 3, 6, 5]) with { Axes = ImageAxes },
        ["unfold of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.unfold(x, 2, padding: 1), 2, 3, 4, 4),
        ["fold of patches side by side"] = OperatorCase.Module(() => Fold(4, 2, stride: 2), [2, 12, 4]),
        ["fold of patches that overlap, with every argument"] = OperatorCase.Module(() => Fold((6, 5), (2, 3), dilation: (2, 1), padding: (1, 2), stride: (1, 2)), [2, 18, 24]),
        ["fold of an image with a rest"] = OperatorCase.Module(() => Fold(5, 2, stride: 2), [2, 8, 4]),
        ["fold of one image"] = OperatorCase.Module(() => Fold(4, 2), [8, 9]) with { Fixed = true },
        ["pixel shuffle"] = OperatorCase.Module(() => PixelShuffle(2), [2, 12, 3, 4]),
        ["pixel shuffle of any height and width"] = OperatorCase.Module(() => PixelShuffle(3), [2, 9, 5, 6]) with { Axes = ImageAxes },
        ["pixel shuffle of one image"] = OperatorCase.Module(() => PixelShuffle(2), [8, 3, 4]) with { Fixed = true },
        ["pixel shuffle of films"] = OperatorCase.Module(() => PixelShuffle(2), [2, 5, 4, 3, 4]),
        ["pixel unshuffle"] = OperatorCase.Module(() => PixelUnshuffle(2), [2, 3, 4, 6]),
        ["pixel unshuffle of films"] = OperatorCase.Module(() => PixelUnshuffle(2), [2, 5, 3, 4, 6]),
        ["channel shuffle"] = OperatorCase.Module(() => ChannelShuffle(2), [2, 6, 3, 4]),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Fold_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    private static Dictionary<int, IReadOnlyDictionary<int, string>> ImageAxes =>
        new() { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } };
}

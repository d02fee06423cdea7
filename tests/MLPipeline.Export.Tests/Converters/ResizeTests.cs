using MLPipeline.Export.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Padding, resizing and sampling.</summary>
public class ResizeTests
{
    private static readonly Tensor Turned = tensor(new[, ,] { { { 0.6f, -0.3f, 0.1f }, { 0.4f, 0.7f, -0.2f } } }).DetachFromDisposeScope();
    private static readonly Tensor Tilted = tensor(new[, ,] { { { 0.6f, -0.3f, 0.1f, 0f }, { 0.4f, 0.7f, -0.2f, 0.1f }, { 0.1f, 0f, 0.8f, 0.1f } } }).DetachFromDisposeScope();

    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["pad last axes by zero"] = OperatorCase.Of(x => functional.pad(x, (1, 2)), 2, 3, 4),
        ["pad two axes by a number"] = OperatorCase.Of(x => functional.pad(x, (1, 0, 2, 3), value: -1.5), 2, 3, 4),
        ["pad all axes alike"] = OperatorCase.Of(x => functional.pad(x, 1L), 2, 3),
        ["pad the batch"] = OperatorCase.Of(x => functional.pad(x, [0, 0, 0, x.shape[0]]), 2, 3),
        ["pad and crop"] = OperatorCase.Of(x => functional.pad(x, [-1, 2, 1, -2]), 2, 3, 4),
        ["pad integers"] = OperatorCase.Typed(ScalarType.Int64, x => functional.pad(x, (1, 1), value: 3), 2, 3),
        ["pad truth values"] = OperatorCase.Typed(ScalarType.Bool, x => functional.pad(x, (1, 1), value: 1), 2, 3),
        ["pad short integers"] = OperatorCase.Typed(ScalarType.Int16, x => functional.pad(x, (1, 1), value: 2), 2, 3),
        ["pad doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.pad(x, (1, 1), value: 0.1), 2, 3),
        ["pad by negative infinity"] = OperatorCase.Of(x => functional.pad(x, (1, 1), value: double.NegativeInfinity), 2, 3),
        ["reflect"] = OperatorCase.Of(x => functional.pad(x, (2, 1, 1, 2), PaddingModes.Reflect), 2, 2, 4, 5),
        ["replicate"] = OperatorCase.Of(x => functional.pad(x, (2, 1), PaddingModes.Replicate), 2, 2, 5),
        ["circular"] = OperatorCase.Of(x => functional.pad(x, (2, 1, 0, 3), PaddingModes.Circular), 2, 2, 4, 5),
        ["circular on one side"] = OperatorCase.Of(x => functional.pad(x, (0, 2), PaddingModes.Circular), 2, 2, 4),
        ["pad modules of one axis"] = OperatorCase.Module(() => Sequential(ConstantPad1d((1, 2), 3), ReflectionPad1d(1), ReplicationPad1d((0, 2))), [2, 2, 5]),
        ["pad modules of two axes"] = OperatorCase.Module(() => Sequential(ConstantPad2d(1, 3), ReflectionPad2d((1, 2, 0, 1)), ReplicationPad2d(1), ZeroPad2d(2)), [2, 2, 4, 5]),
        ["pad modules of three axes"] = OperatorCase.Module(() => Sequential(ConstantPad3d(1, 3), ReflectionPad3d(1), ReplicationPad3d((1, 0, 2, 1, 0, 1))), [2, 2, 3, 4, 5]),
        ["nearest by two"] = OperatorCase.Module(() => Upsample(scale_factor: [2, 2]), [2, 3, 4, 5]),
        ["nearest by odd factors"] = OperatorCase.Of(x => functional.interpolate(x, scale_factor: [1.7, 0.6]), 2, 2, 7, 9),
        ["nearest by odd factors, worked out anew"] = OperatorCase.Of(x => functional.interpolate(x, scale_factor: [1.7, 0.6], recompute_scale_factor: true), 2, 2, 7, 9),
        ["nearest to every size"] = OperatorCase.OfMany(x => [.. Enumerable.Range(1, 24).Select(n => functional.interpolate(x, size: [n]))], 2, 1, 11),
        ["nearest of three axes, of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.interpolate(x, size: [3, 5, 2]), 2, 1, 2, 3, 4),
        ["nearest, exactly, to every size"] = OperatorCase.OfMany(x => [.. Enumerable.Range(1, 24).Select(n => functional.interpolate(x, size: [n], mode: InterpolationMode.NearestExact))], 2, 1, 11),
        ["nearest by its own functions"] = OperatorCase.OfMany(x => [functional.upsample_nearest2d(x, [5, 7]), functional.upsample_nearest2d(x, null, [2.5, 1.3]), functional.upsample_nearest1d(x[.., 0], 7, null)], 2, 2, 3, 4),
        ["linear"] = OperatorCase.OfMany(x => [.. new long[] { 1, 3, 7, 20 }.SelectMany(n => Both(x, [n], InterpolationMode.Linear))], 2, 2, 7),
        ["bilinear to sizes"] = OperatorCase.OfMany(x => [.. Both(x, [7, 4], InterpolationMode.Bilinear), .. Both(x, [1, 1], InterpolationMode.Bilinear), .. Both(x, [3, 13], InterpolationMode.Bilinear)], 2, 2, 5, 6),
        ["bilinear by factors"] = OperatorCase.OfMany(x => [functional.interpolate(x, scale_factor: [1.7, 0.6], mode: InterpolationMode.Bilinear, align_corners: false), functional.interpolate(x, scale_factor: [1.7, 0.6], mode: InterpolationMode.Bilinear, align_corners: true)], 2, 2, 7, 9),
        ["bilinear by factors, worked out anew"] = OperatorCase.Of(x => functional.interpolate(x, scale_factor: [1.7, 0.6], mode: InterpolationMode.Bilinear, recompute_scale_factor: true), 2, 2, 7, 9),
        ["bilinear to twice the size, whatever it is"] = OperatorCase.Of(x => functional.interpolate(x, size: [x.shape[2] * 2, x.shape[3] * 2], mode: InterpolationMode.Bilinear), 2, 2, 5, 6),
        ["upsample_bilinear"] = OperatorCase.Of(x => functional.upsample_bilinear(x, size: [5, 7]), 2, 2, 3, 4),
        ["nearest and bilinear of any size"] = OperatorCase.OfMany(x => [functional.interpolate(x, scale_factor: [2, 3]), functional.interpolate(x, scale_factor: [1.5, 2], mode: InterpolationMode.Bilinear)], 2, 2, 6, 5) with
        {
            Axes = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } },
        },
        ["nearest of any size, by odd factors and to odd sizes"] = OfAnySize(x =>
            [functional.interpolate(x, scale_factor: [1.7, 0.6]), functional.interpolate(x, scale_factor: [1.5, 0.3]), functional.interpolate(x, scale_factor: [2.6, 1.9]), functional.interpolate(x[TensorIndex.Colon, ..1], scale_factor: [2.6, 1.9]), functional.interpolate(x, size: [32, 3]), functional.interpolate(x, size: [x.shape[2] * 3, x.shape[3] + 5])]),
        ["nearest, exactly, of any size"] = OfAnySize(x =>
            [functional.interpolate(x, scale_factor: [1.2, 0.6], mode: InterpolationMode.NearestExact), functional.interpolate(x, size: [32, 3], mode: InterpolationMode.NearestExact)]),
        ["nearest by 41, of which a float rounds the inverse down"] = OfAnySize(x => [functional.interpolate(x, scale_factor: [41, 1]), functional.interpolate(x.mean([3]), scale_factor: [41])]),
        ["nearest of a fixed size by 41"] = OperatorCase.Of(x => functional.interpolate(x, scale_factor: [41]), 2, 2, 3),
        ["linear by a factor that single precision misses"] = OperatorCase.Of(x => functional.interpolate(x, scale_factor: [1.3], mode: InterpolationMode.Linear), 2, 1, 90),
        ["trilinear"] = OperatorCase.OfMany(x => Both(x, [5, 2, 7], InterpolationMode.Trilinear), 2, 1, 3, 4, 5),
        ["bicubic"] = OperatorCase.OfMany(x => [.. Both(x, [7, 4], InterpolationMode.Bicubic), functional.interpolate(x, scale_factor: [1.7, 2], mode: InterpolationMode.Bicubic)], 2, 2, 5, 6),
        ["bilinear, antialiased"] = OperatorCase.OfMany(x => [.. Antialiased(x, InterpolationMode.Bilinear)], 2, 2, 9, 10) with { Since = 18 },
        ["bicubic, antialiased"] = OperatorCase.OfMany(x => [.. Antialiased(x, InterpolationMode.Bicubic)], 2, 2, 9, 10) with { Since = 18 },
        ["area"] = OperatorCase.OfMany(x => [functional.interpolate(x, size: [3, 2], mode: InterpolationMode.Area), functional.interpolate(x, size: [4, 5], mode: InterpolationMode.Area)], 2, 2, 9, 7),
        ["grid_sample"] = OperatorCase.OfMany(x => [.. Sampled(x, functional.affine_grid(Turned.expand(x.shape[0], 2, 3), [x.shape[0], 2, 5, 4]) * 1.5)], 2, 2, 4, 5) with { Since = 16 },
        ["grid_sample of a volume"] = OperatorCase.OfMany(x => [.. Sampled(x, functional.affine_grid(Tilted.expand(x.shape[0], 3, 4), [x.shape[0], 2, 3, 5, 4]) * 1.5)], 2, 2, 2, 3, 4) with { Since = 20 },
        ["affine_grid with corners"] = OperatorCase.Of(x => functional.affine_grid(x, [x.shape[0], 2, 5, 1], align_corners: true), 2, 2, 3),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Operator_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Theory]
    [InlineData(InterpolationMode.Bilinear)]
    [InlineData(InterpolationMode.Bicubic)]
    public void Factor_that_single_precision_rounds_is_refused_for_any_size(InterpolationMode mode)
    {
        var refused = Assert.Throws<ExportException>(() => OfAnySize(x => [functional.interpolate(x, scale_factor: [1.3, 2], mode: mode)]).Check(17));
        Assert.Contains("give the size, or set recompute_scale_factor", refused.Message);
    }

    [Theory]
    [InlineData(1.05)]
    [InlineData(2.1)]
    public void Factor_by_which_kernels_of_PyTorch_differ_is_refused_for_any_size(double factor)
    {
        var refused = Assert.Throws<ExportException>(() => OfAnySize(x => [functional.interpolate(x, scale_factor: [factor, factor])]).Check(17));
        Assert.Contains("from one kernel to the next", refused.Message);
    }

    // The file runs at other sizes than it was traced at: among them those that a float's rounding moves.
    private static OperatorCase OfAnySize(Func<Tensor, IReadOnlyList<Tensor>> function) => OperatorCase.OfMany(function, 2, 2, 6, 5) with
    {
        Axes = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } },
        Edges = () => [.. new long[] { 3, 10, 14, 15, 25, 90, 115 }.Select(n => (Tensor[])[ExportFolder.Example(1, 2, n, n + 5)])],
    };

    private static Tensor[] Both(Tensor x, long[] size, InterpolationMode mode) =>
        [functional.interpolate(x, size, mode: mode, align_corners: false), functional.interpolate(x, size, mode: mode, align_corners: true)];

    private static Tensor[] Antialiased(Tensor x, InterpolationMode mode) =>
        [functional.interpolate(x, [4, 3], mode: mode, antialias: true), functional.interpolate(x, scale_factor: [0.5, 0.7], mode: mode, antialias: true)];

    private static IEnumerable<Tensor> Sampled(Tensor x, Tensor grid) =>
        from mode in (GridSampleMode[])[GridSampleMode.Bilinear, GridSampleMode.Nearest]
        from padding in (GridSamplePaddingMode[])[GridSamplePaddingMode.Zeros, GridSamplePaddingMode.Border, GridSamplePaddingMode.Reflection]
        from corners in (bool[])[false, true]
        select functional.grid_sample(x, grid, mode, padding, corners);
}

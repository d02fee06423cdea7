using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Normalisations of channels, layers and vectors.</summary>
public class NormalizationsTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["layer norm"] = OperatorCase.Module(() => Random(LayerNorm(4)), [2, 3, 4]) with { Edges = Extremes(2, 3, 4) },
        ["layer norm over two axes"] = OperatorCase.Module(() => Random(LayerNorm([3, 4], eps: 1e-3)), [2, 5, 3, 4]),
        ["layer norm without weights"] = OperatorCase.Module(() => LayerNorm([3, 4], elementwise_affine: false), [2, 3, 4]),
        ["layer norm without bias"] = OperatorCase.Module(() => Random(LayerNorm(4, bias: false)), [2, 4]),
        ["layer norm of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.layer_norm(x, [4]), 2, 3, 4),
        ["group norm"] = OperatorCase.Module(() => Random(GroupNorm(2, 6)), [2, 6, 3, 4]) with { Edges = Extremes(2, 6, 3, 4) },
        ["group norm of one group, of lines"] = OperatorCase.Module(() => Random(GroupNorm(1, 4)), [2, 4, 5]),
        ["group norm without weights"] = OperatorCase.Module(() => GroupNorm(3, 6, affine: false), [2, 6, 2, 2, 2]),
        ["group norm of any height and width"] = OperatorCase.Module(() => Random(GroupNorm(2, 4)), [2, 4, 5, 6]) with { Axes = ImageAxes },
        ["group norm of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.group_norm(x, 2, arange(4).to(ScalarType.Float64), arange(4).to(ScalarType.Float64)), 2, 4, 3),
        ["instance norm of lines"] = OperatorCase.Module(() => InstanceNorm1d(3), [2, 3, 5]),
        ["instance norm of one line"] = OperatorCase.Module(() => InstanceNorm1d(3), [3, 5]) with { Fixed = true },
        ["instance norm of images, with weights"] = OperatorCase.Module(() => Random(InstanceNorm2d(3, affine: true)), [2, 3, 4, 5]),
        ["instance norm of volumes"] = OperatorCase.Module(() => InstanceNorm3d(2, eps: 1e-2), [2, 2, 3, 3, 3]),
        ["instance norm with running statistics"] = OperatorCase.Module(() => Random(InstanceNorm2d(3, affine: true, track_running_stats: true)), [2, 3, 4, 5]),
        ["instance norm of doubles"] = OperatorCase.Typed(ScalarType.Float64, x => functional.instance_norm(x, weight: arange(3).to(ScalarType.Float64)), 2, 3, 5),
        ["batch norm of rows"] = OperatorCase.Module(() => Random(BatchNorm1d(4)), [2, 4]),
        ["batch norm of lines"] = OperatorCase.Module(() => Random(BatchNorm1d(4)), [2, 4, 5]),
        ["batch norm of volumes without weights"] = OperatorCase.Module(() => Random(BatchNorm3d(2, affine: false)), [2, 2, 3, 3, 3]),
        ["local response norm of images"] = OperatorCase.Module(() => LocalResponseNorm(3, alpha: 0.5, k: 2), [2, 5, 3, 4]),
        ["local response norm with more before than after"] = OperatorCase.Module(() => LocalResponseNorm(4, alpha: 0.5, beta: 0.5), [2, 5, 3, 4]),
        ["local response norm of lines"] = OperatorCase.Module(() => LocalResponseNorm(5, alpha: 0.5), [2, 4, 6]),
        ["local response norm of volumes"] = OperatorCase.Module(() => LocalResponseNorm(3, alpha: 0.5), [2, 4, 2, 3, 2]),
        ["normalize"] = OperatorCase.Of(x => functional.normalize(x), 2, 4) with { Edges = () => [[tensor(new[,] { { 0f, 0, 0, 0 }, { float.NaN, 1, 2, 3 }, { 1e-20f, 0, 0, 0 } })]] },
        ["normalize of p 1 along the last axis"] = OperatorCase.Of(x => functional.normalize(x, p: 1, dim: -1), 2, 3, 4),
        ["normalize of p 3"] = OperatorCase.Of(x => functional.normalize(x, p: 3), 2, 4),
        ["normalize of p infinity with a large epsilon"] = OperatorCase.Of(x => functional.normalize(x, p: double.PositiveInfinity, eps: 2), 2, 4),
        ["normalize of p 0"] = OperatorCase.Of(x => functional.normalize(x.relu(), p: 0), 2, 4),
        ["cosine similarity"] = OperatorCase.Module(() => CosineSimilarity(), [2, 4], [2, 4]) with { Edges = () => [[zeros(2, 4), ones(2, 4)], [full([2, 4], 1e-9f), ones(2, 4)]] },
        ["cosine similarity along another axis, broadcast"] = OperatorCase.Of((a, b) => functional.cosine_similarity(a, b, dim: 2), [2, 1, 4, 3], [2, 5, 4, 3]),
        ["pairwise distance"] = OperatorCase.Module(() => PairwiseDistance(), [2, 4], [2, 4]) with { Edges = () => [[ones(2, 4), ones(2, 4)]] },
        ["pairwise distance of p 1, its axis kept"] = OperatorCase.Module(() => PairwiseDistance(p: 1, keepdim: true), [2, 4], [2, 4]),
        ["pairwise distance of p 3"] = OperatorCase.Module(() => PairwiseDistance(p: 3, eps: 0.1), [2, 4], [2, 4]),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Normalisation_gives_the_module_s_numbers(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_a_batch_norm_of_the_batch_s_own_statistics()
    {
        using var folder = new ExportFolder();
        using var module = BatchNorm1d(3, track_running_stats: false);
        using var example = ExportFolder.Example(2, 3);

        Assert.Contains("depend on the others", Assert.Single(Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems));
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> ImageAxes =>
        new() { [0] = new Dictionary<int, string> { [0] = "batch", [2] = "height", [3] = "width" } };

    // Weights, biases and statistics that change something; TorchSharp leaves those of a group norm as the memory was.
    private static TModule Random<TModule>(TModule module)
        where TModule : nn.Module
    {
        using var still = no_grad();
        using var generator = new Generator(7, CPU);
        foreach (var (_, state) in module.state_dict().Where(s => s.Value.is_floating_point()))
            state.copy_(rand(state.shape, generator: generator) + 0.5);
        return module;
    }

    // Equal elements have no variance.
    private static Func<Tensor[][]> Extremes(params long[] shape) => () => [[full(shape, 3f)], [zeros(shape)]];
}

using MLPipeline.Models.Weights;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests.Weights;

public sealed class SafetensorsModuleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "w.safetensors");

    [Theory]
    [InlineData("lenet-bn")]
    [InlineData("resnet18")]
    [InlineData("densenet121")]
    public void Network_gets_all_weights_and_buffers_of_another(string name)
    {
        using var first = ModelCatalog.Create(name, new ModelOptions { Seed = 1 });
        using var second = ModelCatalog.Create(name, new ModelOptions { Seed = 2 });
        using (no_grad())
        {
            foreach (var (key, buffer) in first.named_buffers().Where(b => b.buffer.is_floating_point()))
                buffer.uniform_(0.5, 1.5);
        }

        Safetensors.Save(first, Path);
        var loaded = second.LoadSafetensors(Path);

        var expected = first.state_dict();
        Assert.Equal(expected.Count, loaded.Loaded.Count);
        Assert.All(second.state_dict(), e => Assert.True(e.Value.Equals(expected[e.Key]), e.Key));
        Assert.All(second.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Everything_that_does_not_fit_is_listed_and_nothing_is_loaded()
    {
        using var network = nn.Sequential(("a", nn.Linear(3, 2)), ("b", nn.Linear(2, 2)), ("c", nn.BatchNorm1d(2)));
        using var scope = NewDisposeScope();
        var file = network.state_dict().ToDictionary(e => e.Key, e => e.Value + 1);
        file.Remove("a.bias");
        file["extra"] = rand(1);
        file["b.weight"] = rand(2, 5);
        file["b.bias"] = arange(2);
        file.Remove("c.num_batches_tracked");
        Safetensors.Save(file, Path);
        var before = network.state_dict().ToDictionary(e => e.Key, e => e.Value.clone());

        var error = Assert.Throws<WeightsMismatchException>(() => network.LoadSafetensors(Path));

        Assert.Equal(
            [
                "'a.bias' is not in the file",
                "'extra' is in the file and not in the module",
                "'b.bias' is Int64 [2] in the file and Float32 [2] in the module",
                "'b.weight' is Float32 [2,5] in the file and Float32 [2,2] in the module",
            ],
            error.Problems.SkipLast(1).OrderBy(p => p.StartsWith("'b", StringComparison.Ordinal)).ThenBy(p => p, StringComparer.Ordinal));
        Assert.Contains("SkipOtherShapes", error.Problems[^1]);
        Assert.Contains(Path, error.Message);
        Assert.All(network.state_dict(), e => Assert.True(e.Value.Equals(before[e.Key]), e.Key));
    }

    [Fact]
    public void Classifier_of_other_classes_keeps_its_last_layer_on_request()
    {
        using var thousand = ModelCatalog.Create("resnet18", new ModelOptions { Classes = 12, Seed = 1 });
        using var ten = ModelCatalog.Create("resnet18", new ModelOptions { Classes = 10, Seed = 2 });
        Safetensors.Save(thousand, Path);

        var error = Assert.Throws<WeightsMismatchException>(() => ten.LoadSafetensors(Path));
        Assert.Contains("'fc.weight' is Float32 [12,512] in the file and Float32 [10,512] in the module", error.Message);

        using var last = ten.state_dict()["fc.weight"].clone();
        var loaded = ten.LoadSafetensors(Path, new WeightLoading { SkipOtherShapes = true });
        Assert.Equal(["fc.bias", "fc.weight"], loaded.Skipped.Order());
        Assert.True(ten.state_dict()["fc.weight"].Equals(last));
        Assert.True(ten.state_dict()["conv1.weight"].Equals(thousand.state_dict()["conv1.weight"]));
    }

    [Fact]
    public void Keys_may_differ_when_told_so()
    {
        using var network = nn.Linear(3, 2);
        using var scope = NewDisposeScope();
        Safetensors.Save(new Dictionary<string, Tensor> { ["weight"] = ones(2, 3), ["other"] = ones(1) }, Path);
        var loaded = network.LoadSafetensors(Path, new WeightLoading { Strict = false });
        Assert.Equal((["weight"], ["bias"], ["other"]), (loaded.Loaded, loaded.Missing, loaded.Unexpected), Same);
        Assert.Equal(1, network.weight!.min().item<float>());

        static bool Same((IReadOnlyList<string> A, IReadOnlyList<string> B, IReadOnlyList<string> C) x, (IReadOnlyList<string> A, IReadOnlyList<string> B, IReadOnlyList<string> C) y) =>
            x.A.SequenceEqual(y.A) && x.B.SequenceEqual(y.B) && x.C.SequenceEqual(y.C);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void Floating_point_types_convert(ScalarType type)
    {
        using var network = nn.Linear(3, 2);
        using var scope = NewDisposeScope();
        Safetensors.Save(network.state_dict().ToDictionary(e => e.Key, e => full_like(e.Value, 0.375, type)), Path);
        network.LoadSafetensors(Path);
        Assert.Equal(ScalarType.Float32, network.weight!.dtype);
        Assert.Equal((0.375f, 0.375f), (network.weight.min().item<float>(), network.weight.max().item<float>()));
    }

    [Theory]
    [InlineData("features.denseblock1.denselayer2.norm.1.running_mean", "features.denseblock1.denselayer2.norm1.running_mean")]
    [InlineData("features.denseblock4.denselayer24.conv.2.weight", "features.denseblock4.denselayer24.conv2.weight")]
    [InlineData("features.denseblock4.denselayer24.conv2.weight", "features.denseblock4.denselayer24.conv2.weight")]
    [InlineData("features.transition1.norm.weight", "features.transition1.norm.weight")]
    [InlineData("layer1.0.downsample.1.weight", "layer1.0.downsample.1.weight")]
    public void Keys_of_older_torchvision_files_get_today_s_names(string old, string today) => Assert.Equal(today, TorchvisionKeys.Current(old));

    [Fact]
    public void Two_keys_of_one_place_are_refused()
    {
        using var network = ModelCatalog.Create("densenet121", new ModelOptions());
        using var scope = NewDisposeScope();
        var file = network.state_dict();
        file["features.denseblock1.denselayer1.norm.1.weight"] = ones(64);
        Safetensors.Save(file, Path);
        Assert.Contains("are both 'features.denseblock1.denselayer1.norm1.weight'", Assert.Throws<WeightsMismatchException>(() => network.LoadSafetensors(Path)).Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

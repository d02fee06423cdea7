using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>Files other exporters shipped that load and answer wrongly, as far as tracing is to blame: here they are right, or refused.</summary>
public sealed class WrongExportsTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Refusal(nn.Module module, params long[] shape)
    {
        var error = Assert.Throws<ExportException>(() => _folder.Export(module, shape));
        Assert.Empty(_folder.Files);
        return error.Message;
    }

    [Fact]
    public void Normalisation_left_in_training_mode_is_exported_as_it_evaluates()
    {
        using var module = Sequential(Linear(4, 3), BatchNorm1d(3), Dropout(0.9));
        SmallNets.Unsettle(module);
        module.train();
        _folder.Export(module, [8, 4]);
        Assert.Equal("Gemm", _folder.Operators());
        Assert.All(module.named_modules(), m => Assert.True(m.module.training));
        var before = module.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        _folder.Export(module, [8, 4]);
        Assert.All(module.state_dict(), s => Assert.True(s.Value.equal(before[s.Key]).all().item<bool>())); // running statistics untouched
    }

    [Fact]
    public void Normalisation_without_running_statistics_is_refused() =>
        Assert.Contains("at bn", Refusal(Sequential(("fc", Linear(4, 3)), ("bn", BatchNorm1d(3, track_running_stats: false))), 8, 4));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Batch_of_the_example_is_not_baked_in(int batch)
    {
        using var module = new Of((_, x) => x.view(x.shape[0], -1).relu() + zeros(x.shape[0], 4) + x.mean([0], keepdim: true).expand(x.shape[0], 4));
        var report = _folder.Export(module, [batch, 4]);
        Assert.Equal(["output: float[batch,4]"], report.Outputs);
        Assert.Equal([1, 2, 7, 257], report.Verification.Select(r => r.Batch).Where(b => b > 0).Distinct().Order());
    }

    [Fact]
    public void Batch_squeezed_away_when_it_is_one_is_refused()
    {
        using var module = new Of((_, x) => x.squeeze());
        Assert.Throws<ExportException>(() => _folder.Export(module, [1, 4]));
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData("item")]
    [InlineData("data")]
    [InlineData("bytes")]
    [InlineData("loop")]
    [InlineData("branch")]
    [InlineData("shape from data")]
    [InlineData("text")]
    public void Data_read_by_the_code_is_not_baked_in(string way)
    {
        using var module = new Of((_, x) => way switch
        {
            "item" => x * x.max().item<float>(),
            "data" => x * x.data<float>()[0],
            "bytes" => x * x.bytes[3],
            "loop" => Enumerable.Range(0, (int)x.abs().max().item<float>()).Aggregate(x, (y, _) => y.relu()),
            "branch" => (x.sum() > 0).item<bool>() ? x.relu() : x,
            "shape from data" => x.view(-1, x.abs().min().to(ScalarType.Int64).item<long>() * 0 + 2),
            "text" => x * x.ToString(TorchSharp.TensorStringStyle.Numpy).Length,
            _ => throw new ArgumentException(way),
        });
        Assert.Contains("reads elements of a traced tensor", Refusal(module, 2, 4));
    }

    [Fact]
    public void Values_of_random_generators_are_not_baked_in() => Refusal(new Of((_, x) => x + rand(4) + functional.dropout(x, 0.5, training: true)), 2, 4);

    [Fact]
    public void Residual_addition_is_not_lost()
    {
        using var module = SmallNets.Create(nameof(SmallResNet));
        _folder.Export(module, SmallNets.InputOf(nameof(SmallResNet)));
        Assert.Equal(2, _folder.Model().Graph.Nodes.Count(n => n.OpType == "Add"));
    }

    [Fact]
    public void Constant_the_size_of_the_batch_is_not_baked_in()
    {
        using var module = new Of((_, x) => x + arange(x.shape[0], ScalarType.Float32).unsqueeze(1));
        _folder.Export(module, [2, 4]);
        _folder.AssertSameNumbers(module, [ExportFolder.Example(11, 4)], Tolerance.Default);
    }

    [Fact]
    public void Mode_of_each_submodule_is_restored_after_a_refusal_too()
    {
        using var module = Sequential(("a", Sequential(Linear(4, 4), Dropout(0.5))), ("b", new Of((_, x) => x * x.mean().item<float>())));
        module.train();
        module.named_modules().First(m => m.name == "a").module.eval();
        var before = module.named_modules().Select(m => m.module.training).ToList();
        Refusal(module, 2, 4);
        Assert.Equal(before, module.named_modules().Select(m => m.module.training));
    }
}

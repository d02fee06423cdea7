using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>What an export leaves behind in a module and in the process, whether it went well or not.</summary>
public sealed class UndisturbedModuleTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("buffer")]
    [InlineData("parameter")]
    [InlineData("part")]
    [InlineData("native")]
    public void State_that_a_refused_module_changes_is_as_it_was(string way)
    {
        using var module = new Changing(way);
        var before = module.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        Assert.Throws<ExportException>(() => _folder.Export(module, [2, 4]));
        Assert.All(module.state_dict(), s => Assert.True(s.Value.Equals(before[s.Key])));
    }

    [Fact]
    public void State_that_a_compared_module_changes_is_as_it_was()
    {
        using var still = Sequential(Linear(4, 4));
        _folder.Export(still, [2, 4]);
        using var module = new Changing("parameter");
        var before = module.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        using var example = ExportFolder.Example(2, 4);
        Assert.Throws<ExportException>(() => OnnxVerifier.AgainstModule(_folder.ModelPath, module, [example], cancellationToken: TestContext.Current.CancellationToken));
        Assert.All(module.state_dict(), s => Assert.True(s.Value.Equals(before[s.Key])));
    }

    [Fact]
    public void Tensors_of_static_classes_outlive_an_export()
    {
        using var module = new Of((_, x) => x - Means.Value + Deferred.Value.Value);
        _folder.Export(module, [2, 4]);
        Assert.Equal("Sub Add", _folder.Operators());
        Assert.Equal(2, Means.Value.sum().item<float>());
        Assert.Equal(8, Deferred.Value.Value.sum().item<float>());
    }

    [Fact]
    public void Tensors_of_static_classes_outlive_a_comparison()
    {
        using var same = new Of((_, x) => x * full(new long[] { 1, 4 }, 3f));
        _folder.Export(same, [2, 4]);
        using var module = new Of((_, x) => x * Factors.Value);
        using var example = ExportFolder.Example(2, 4);
        Assert.NotEmpty(OnnxVerifier.AgainstModule(_folder.ModelPath, module, [example], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(12, Factors.Value.sum().item<float>());
    }

    [Fact]
    public void Gradients_are_on_after_a_module_that_fails_to_change_its_mode()
    {
        using var module = new Stubborn();
        Assert.Throws<NotSupportedException>(() => _folder.Export(module, [2, 4]));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Own_error_of_a_compared_module_comes_through()
    {
        using var same = new Of((_, x) => x.relu());
        _folder.Export(same, [2, 4]);
        using var module = new Of((_, _) => throw new NotSupportedException("mine"));
        using var example = ExportFolder.Example(2, 4);
        var error = Assert.Throws<ExportException>(() => OnnxVerifier.AgainstModule(_folder.ModelPath, module, [example], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("mine", error.Message);
    }

    [Fact]
    public void Module_that_takes_the_example_s_batch_alone_is_told_what_to_do()
    {
        using var module = new Of((_, x) => x.view(6, 4).relu());
        var error = Assert.Throws<ExportException>(() => _folder.Export(module, [6, 4]));
        Assert.Contains("runs at the example's own lengths (batch 6), and fails at batch 5", error.Message);
        Assert.Contains("set DynamicAxes to an empty dictionary", error.Message);
        _folder.Export(module, [6, 4], new OnnxExportOptions { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>() });
    }

    [Fact]
    public void Export_stops_at_the_next_operator()
    {
        using var stop = new CancellationTokenSource();
        using var module = new Of((_, x) =>
        {
            stop.Cancel();
            return x.relu();
        });
        using var example = ExportFolder.Example(2, 4);
        var seen = new List<string>();
        Assert.Throws<OperationCanceledException>(() => OnnxExporter.Export(module, [example], _folder.ModelPath, null, new Listed(seen), stop.Token));
        Assert.Equal(["tracing"], seen);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Lengths_that_are_traced_are_reported()
    {
        using var module = new Of((_, x) => x.relu());
        using var example = ExportFolder.Example(2, 4);
        var seen = new List<string>();
        OnnxExporter.Export(module, [example], _folder.ModelPath, null, new Listed(seen), TestContext.Current.CancellationToken);
        Assert.Contains("tracing at batch 2", seen);
    }

    [Fact]
    public void Dictionary_is_handed_on_with_its_comparer()
    {
        using var module = new Keyed();
        using var example = ExportFolder.Example(2, 4);
        var examples = new Dictionary<string, Tensor>(StringComparer.OrdinalIgnoreCase) { ["Image"] = example };
        OnnxExporter.Export(module, new object?[] { examples }, _folder.ModelPath, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("Relu", _folder.Operators());
    }

    private sealed class Keyed() : Module<Dictionary<string, Tensor>, Tensor>("keyed")
    {
        public override Tensor forward(Dictionary<string, Tensor> input) => input["image"].relu();
    }

    private sealed class Listed(List<string> into) : IProgress<string>
    {
        public void Report(string value) => into.Add(value);
    }

    private static class Means
    {
        public static readonly Tensor Value = tensor(new[] { 0.25f, 0.5f, 0.75f, 0.5f }).view(1, 4);
    }

    private static class Deferred
    {
        public static readonly Lazy<Tensor> Value = new(() => ones(1, 4) * 2);
    }

    private static class Factors
    {
        public static readonly Tensor Value = ones(1, 4) * 3;
    }

    private sealed class Stubborn() : Module<Tensor, Tensor>("stubborn")
    {
        public override Tensor forward(Tensor input) => input;

        public override void train(bool on = true) => throw new NotSupportedException();
    }

    private sealed class Changing : Module<Tensor, Tensor>
    {
        private readonly string _way;
        private readonly Parameter weight = new(ones(4), requires_grad: false);
        private readonly Tensor codebook = ones(4);
        private readonly Tensor variance = ones(4);

        public Changing(string way)
            : base("changing")
        {
            _way = way;
            register_buffer("codebook", codebook);
            register_buffer("variance", variance);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            if (_way == "native")
                return functional.batch_norm(input, codebook, variance, training: true);
            var state = _way == "buffer" ? codebook : _way == "parameter" ? weight : weight.narrow(0, 1, 2);
            state.mul_(0.99);
            return input * weight * codebook;
        }
    }
}

using MLPipeline.Inference.Tests.Fixtures;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Inference.Tests;

public sealed class OnnxModelLoadTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_the_signature_with_symbols_and_sizes()
    {
        using var model = OnnxModel.Load(_folder.Write("m.onnx", TinyModels.Classifier()));

        var input = Assert.Single(model.Signature.Inputs);
        Assert.Equal("input", input.Name);
        Assert.Equal(TensorElementType.Float, input.ElementType);
        Assert.Equal([new Dimension(null, "batch"), new Dimension(2, null)], input.Shape);
        Assert.Equal(["logits", "probabilities"], model.Signature.Outputs.Select(output => output.Name));
        Assert.Equal("input: Float[batch,2]", input.ToString());
        Assert.Equal(ExecutionProvider.Cpu, model.ProviderUsed);
        Assert.Matches(@"^\d+\.\d+\.\d+", model.RuntimeVersion);
    }

    [Fact]
    public void Reads_labels_and_metadata()
    {
        var metadata = new Dictionary<string, string>
        {
            [ModelMetadata.LabelsKey] = ModelMetadata.FormatLabels(["T-shirt/top", "Ankle boot", "Ü"]),
            ["other"] = "kept",
        };

        using var model = OnnxModel.Load(TinyModels.Classifier(metadata));

        Assert.Equal(["T-shirt/top", "Ankle boot", "Ü"], model.Labels);
        Assert.Equal("kept", model.Metadata["other"]);
    }

    [Fact]
    public void Has_no_labels_when_the_file_has_none()
    {
        using var model = OnnxModel.Load(TinyModels.Classifier());

        Assert.Empty(model.Labels);
    }

    [Fact]
    public void Missing_file_is_named()
    {
        var path = _folder.File("absent.onnx");

        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(path));

        Assert.Equal(path, error.ModelSource);
        Assert.Contains("there is no such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_is_refused()
    {
        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(Path.GetDirectoryName(_folder.File("x"))!));

        Assert.Contains("it is a folder", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("truncated")]
    [InlineData("zeros")]
    public void Damaged_file_says_so_and_names_the_file(string damage)
    {
        var whole = TinyModels.Classifier();
        var bytes = damage switch
        {
            "text" => "this is not a model, it is a sentence"u8.ToArray(),
            "truncated" => whole[..(whole.Length / 2)],
            _ => new byte[100],
        };
        var path = _folder.Write("bad.onnx", bytes);

        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("not an ONNX model, or the file is damaged", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("short")]
    [InlineData("elsewhere")]
    public void Weights_of_their_own_file_that_are_not_there_are_told_from_a_damaged_model(string damage)
    {
        var path = _folder.File("pair.onnx");
        var graph = new Graph("pair");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [1000]));
        graph.Initializers.Add("w", TensorData.FromFloats(new float[1000], 1000));
        graph.Add("Add", ["x", "w"], ["y"]);
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, [1000]));
        OnnxSerializer.Save(new Model(graph), path, ExternalData.Always);
        OnnxModel.Load(path).Dispose();
        if (damage == "missing")
            File.Delete(path + ".data");
        if (damage == "short")
            _folder.Write("pair.onnx.data", new byte[100]);

        var error = Assert.Throws<ModelLoadException>(() => damage == "elsewhere" ? OnnxModel.Load(File.ReadAllBytes(path)) : OnnxModel.Load(path));

        Assert.Contains("weights are in a file of their own", error.Message, StringComparison.Ordinal);
        Assert.Contains(damage == "short" ? "file_length: 100" : "pair.onnx.data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_file_says_so_and_names_the_file()
    {
        var path = _folder.Write("empty.onnx", []);

        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(path));

        Assert.Equal(path, error.ModelSource);
        Assert.Contains("the file is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_carry_the_given_name()
    {
        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(new byte[] { 1, 2, 3 }, name: "from the zip"));

        Assert.Contains("'from the zip'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_bytes_are_refused() =>
        Assert.Contains("no bytes", Assert.Throws<ModelLoadException>(() => OnnxModel.Load(Array.Empty<byte>())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(999, 8)]
    [InlineData(17, 99)]
    public void Model_of_the_future_asks_for_a_newer_runtime(int opset, int irVersion)
    {
        var graph = new Graph("future");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [1]));
        graph.Add("Identity", ["x"], ["y"]);
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, [1]));

        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(TinyModels.Bytes(graph, opset: opset, irVersion: irVersion)));

        Assert.Contains("newer ONNX Runtime", error.Message, StringComparison.Ordinal);
        // The runtime's words, without the place in its source and its line ends.
        Assert.DoesNotContain("onnxruntime_src", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Unknown_operator_is_refused_with_the_runtimes_words()
    {
        var graph = new Graph("odd");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [1]));
        graph.Add("NoSuchOperator", ["x"], ["y"]);
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, [1]));

        var error = Assert.Throws<ModelLoadException>(() => OnnxModel.Load(TinyModels.Bytes(graph)));

        Assert.Contains("NoSuchOperator", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_for_cuda_without_it_says_what_to_install()
    {
        Assert.SkipWhen(Providers.OrtFacts.BuiltWithCuda(), "This build has CUDA.");

        var error = Assert.Throws<ModelLoadException>(
            () => OnnxModel.Load(TinyModels.AddOne(), new OnnxModelOptions { Provider = ExecutionProvider.Cuda }));

        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_says_where_it_really_runs()
    {
        Assert.SkipWhen(Providers.OrtFacts.BuiltWithCuda(), "This build has CUDA.");

        using var model = OnnxModel.Load(TinyModels.AddOne(), new OnnxModelOptions { Provider = ExecutionProvider.Auto });

        Assert.Equal(ExecutionProvider.Cpu, model.ProviderUsed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Threads_outside_the_range_are_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => OnnxModel.Load(TinyModels.AddOne(), new OnnxModelOptions { IntraOpThreads = threads }));

    [Fact]
    public void Unknown_provider_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => OnnxModel.Load(TinyModels.AddOne(), new OnnxModelOptions { Provider = (ExecutionProvider)7 }));
}

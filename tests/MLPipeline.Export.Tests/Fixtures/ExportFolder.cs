using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Export.Verification;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Fixtures;

/// <summary>A folder for one test's files, gone afterwards. Every file exported here goes past the ONNX project's checker, where there is one.</summary>
internal sealed class ExportFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-export-");

    /// <summary>Where the model goes.</summary>
    public string ModelPath => Path.Combine(_folder.FullName, "model.onnx");

    /// <summary>Every file there is.</summary>
    public IEnumerable<string> Files => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name);

    /// <summary>Exports a module whose one input has this shape.</summary>
    public ExportReport Export(nn.Module module, long[] shape, OnnxExportOptions? options = null)
    {
        using var example = Example(shape);
        return Export(module, [example], options);
    }

    /// <summary>Exports a module.</summary>
    public ExportReport Export(nn.Module module, IReadOnlyList<Tensor> examples, OnnxExportOptions? options = null)
    {
        var report = OnnxExporter.Export(module, examples, ModelPath, options);
        if (report.Opset <= OnnxChecker.HighestOpset)
            Assert.Null(OnnxChecker.Problem(ModelPath));
        return report;
    }

    /// <summary>The nodes of the file, without names of values: <c>Conv Relu</c>.</summary>
    public string Operators() => string.Join(' ', Model().Graph.Nodes.Select(n => n.OpType));

    /// <summary>The file as a model.</summary>
    public Model Model() => OnnxSerializer.Load(ModelPath);

    /// <summary>Runs the file on one float input.</summary>
    public IReadOnlyDictionary<string, TensorValue> Run(Tensor input)
    {
        using var model = OnnxModel.Load(ModelPath);
        var name = model.Signature.Inputs[0].Name;
        return model.Run(new Dictionary<string, TensorValue> { [name] = TensorValue.Create(input.data<float>().ToArray(), input.shape) });
    }

    /// <summary>Runs the file and the module on the same inputs: same NaN, same infinities, and numbers within the tolerance.</summary>
    public void AssertSameNumbers(nn.Module module, Tensor[] inputs, Tolerance tolerance)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        module.eval();
        using var model = OnnxModel.Load(ModelPath);
        var actual = model.Run(model.Signature.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => TensorTransfer.ToValue(p.Second)));
        var call = new ModuleCall(module, inputs);
        var expected = OutputStructure.Flatten(call.Run([.. inputs.Select(i => i.clone())]));
        foreach (var (output, (_, tensor)) in model.Signature.Outputs.Zip(expected))
            Assert.Null(Difference.Between(actual[output.Name], tensor, tolerance).Fault);
    }

    /// <summary>Shows the file to onnxruntime-node, where there is one: it must give the module's own numbers, to 1e-5 + 1e-4 of the largest.</summary>
    public void AssertSameNumbersInNode(nn.Module<Tensor, Tensor> module, string output, int side)
    {
        if (!OnnxRuntimeNode.IsAvailable)
            return;
        using var scope = NewDisposeScope();
        using var still = no_grad();
        var input = Example(3, 1, side, side);
        module.eval();
        var expected = module.call(input);
        var difference = OnnxRuntimeNode.Differences(ModelPath, new() { ["input"] = input }, new() { [output] = expected })[output];
        Assert.InRange(difference, 0, 1e-5 + 1e-4 * expected.abs().max().item<float>());
    }

    /// <summary>Normally distributed numbers, the same each time.</summary>
    public static Tensor Example(params long[] shape)
    {
        using var generator = new Generator(17, CPU);
        return randn(shape, generator: generator);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

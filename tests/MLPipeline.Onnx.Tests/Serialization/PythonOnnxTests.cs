using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Serialization;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Serialization;

/// <summary>Our files in the ONNX project's own checker, and its files in our reader.</summary>
public sealed class PythonOnnxTests : IDisposable
{
    private const string CheckAll =
        """
        import sys, onnx
        for path in sys.argv[1:]:
            onnx.checker.check_model(onnx.load(path), full_check=True)
        """;

    // Every constant as a typed list, where our writer uses raw bytes; everything else as the package reads it.
    private const string RewriteTyped =
        """
        import sys, onnx
        from onnx import helper, numpy_helper
        model = onnx.load(sys.argv[1])
        for tensor in model.graph.initializer:
            if tensor.data_type == onnx.TensorProto.BFLOAT16: continue
            values = numpy_helper.to_array(tensor).flatten().tolist()
            typed = helper.make_tensor(tensor.name, tensor.data_type, tensor.dims, values)
            assert not typed.HasField('raw_data')
            tensor.CopyFrom(typed)
        onnx.save(model, sys.argv[2])
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-onnx-tests-");

    [Fact]
    public void Files_pass_the_full_check()
    {
        PythonOnnx.Require();
        PythonOnnx.Check(CheckAll, [Save(EveryAttribute.Model(), "every"), .. SampleGraphs.All.Values.SelectMany(BeforeAndAfter)]);

        string[] BeforeAndAfter(Func<Graph> create, int index)
        {
            var graph = create();
            var before = Save(new Model(graph), $"{index}");
            GraphPasses.Run(graph);
            return [before, Save(new Model(graph), $"{index}.passed")];
        }
    }

    [Fact]
    public void File_rewritten_by_the_package_reads_back_the_same()
    {
        PythonOnnx.Require();
        var (model, rewritten) = (EveryAttribute.Model(), Path.Combine(_folder.FullName, "typed.onnx"));

        PythonOnnx.Check(RewriteTyped, Save(model, "raw"), rewritten);

        var read = OnnxSerializer.Load(rewritten);
        Assert.Equal(GraphPrinter.Print(model), GraphPrinter.Print(read));
        Assert.All(model.Graph.Initializers, c => Assert.True(c.Value.ContentEquals(read.Graph.Initializers[c.Key]), c.Key));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Save(Model model, string name)
    {
        var path = Path.Combine(_folder.FullName, $"{name}.onnx");
        OnnxSerializer.Save(model, path);
        return path;
    }
}

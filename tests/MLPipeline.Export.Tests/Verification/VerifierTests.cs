using MLPipeline.Export.Building;
using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Export.Verification;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Serialization;
using TorchSharp;

namespace MLPipeline.Export.Tests.Verification;

public sealed class VerifierTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    [Fact]
    public void Nothing_is_written_when_numbers_differ_and_the_old_file_stays()
    {
        File.WriteAllText(_folder.ModelPath, "old");
        using var module = SmallNets.Create(nameof(SmallResNet));
        var exact = new OnnxExportOptions { Tolerance = new Tolerance(1e-12, 0) };
        var error = Assert.Throws<ExportException>(() => _folder.Export(module, [2, 3, 16, 16], exact));
        Assert.Contains("Output 'output' (batch ", error.Message);
        Assert.Contains("First difference: ", error.Message);
        Assert.Equal(["model.onnx"], _folder.Files);
        Assert.Equal("old", File.ReadAllText(_folder.ModelPath));
    }

    [Fact]
    public void Large_rows_are_seen_at_fewer_batch_sizes_and_once_without_optimisations()
    {
        using var module = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3, stride: 8), torch.nn.ReLU());
        var report = _folder.Export(module, [1, 1, 260, 260]);
        Assert.Equal([(1, false), (1, true), (3, true)], report.Verification.Select(r => (r.Batch, r.GraphOptimizations)));
    }

    [Fact]
    public void First_node_that_differs_is_named_when_a_conversion_is_wrong()
    {
        var message = Verify(graph => Replace(graph, "Sigmoid", node => new Node("Tanh", node.Inputs, node.Outputs) { SourcePath = node.SourcePath }), wrongFromTheStart: true);
        Assert.Contains("First difference: Tanh", message);
        Assert.Contains("SmallLeNet.forward", message);
    }

    [Fact]
    public void Passes_are_blamed_when_the_graph_was_right_before_them()
    {
        var message = Verify(graph => Replace(graph, "Gemm", node => node.WithAttribute("alpha", 1.5f)), wrongFromTheStart: false);
        Assert.Contains("differs after them, first in Gemm", message);
        Assert.Contains("fc1", message);
    }

    [Fact]
    public void File_that_does_not_run_is_refused()
    {
        var message = Verify(graph => Replace(graph, "Flatten", node => node.WithAttribute("axis", 0L)), wrongFromTheStart: true);
        Assert.Contains("ONNX Runtime can't run the exported file (batch 2)", message);
    }

    [Fact]
    public void File_that_does_not_load_is_refused()
    {
        var message = Verify(graph => Replace(graph, "Sigmoid", node => new Node("NoSuchOperator", node.Inputs, node.Outputs)), wrongFromTheStart: true);
        Assert.Contains("ONNX Runtime can't load the exported file", message);
    }

    [Fact]
    public void Pass_that_breaks_the_last_node_is_blamed_although_it_bears_another_name()
    {
        var message = Verify(graph => Replace(graph, graph.Nodes[^1].OpType, last: true, node => node.WithAttribute("alpha", 1.5f)), wrongFromTheStart: false);
        Assert.Contains("differs after them, first in Gemm", message);
        Assert.Contains("output 'output'", message);
    }

    [Fact]
    public void Last_conversion_that_is_wrong_is_named()
    {
        var message = Verify(graph => Replace(graph, "Gemm", last: true, node => node.WithAttribute("alpha", 1.5f)), wrongFromTheStart: true);
        Assert.Contains("First difference: Gemm", message);
        Assert.Contains("at fc2", message);
    }

    [Fact]
    public void Runtime_is_blamed_when_only_its_optimiser_changes_the_results()
    {
        // What the optimiser makes of the file is another file: here, one whose last layer is scaled.
        var message = Verify(_ => { }, wrongFromTheStart: false, optimiser: graph => Replace(graph, "Gemm", last: true, node => node.WithAttribute("alpha", float.NaN)));
        Assert.Contains("with graph optimisations on", message);
        Assert.Contains("ONNX Runtime's optimiser changes its results", message);
    }

    [Fact]
    public void Fault_is_written_as_onnx_test_data_on_request()
    {
        var repro = Path.Combine(Path.GetDirectoryName(_folder.ModelPath)!, "repro");
        var message = Verify(
            graph => Replace(graph, "Sigmoid", last: false, node => new Node("Tanh", node.Inputs, node.Outputs)), wrongFromTheStart: true, new OnnxExportOptions { ReproFolder = repro });
        Assert.Contains($"The model, these inputs and the expected outputs are in '{repro}'.", message);
        Assert.Equal(["README.md", "model.onnx", "test_data_set_0/input_0.pb", "test_data_set_0/output_0.pb"],
            Directory.EnumerateFiles(repro, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(repro, f)).Order(StringComparer.Ordinal));
        Assert.Contains("First difference: Tanh", File.ReadAllText(Path.Combine(repro, "README.md")));
        Assert.Null(OnnxChecker.Problem(Path.Combine(repro, "model.onnx")));
    }

    [Fact]
    public void Repro_folder_with_files_in_it_is_refused_before_anything_runs()
    {
        File.WriteAllText(_folder.ModelPath, "mine");
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var options = new OnnxExportOptions { ReproFolder = Path.GetDirectoryName(_folder.ModelPath) };
        Assert.Contains("give a folder that does not exist", Assert.Throws<ArgumentException>(() => _folder.Export(module, [2, 1, 8, 8], options)).Message);
    }

    [Fact]
    public void Repro_that_can_t_be_written_does_not_hide_the_fault()
    {
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(_folder.ModelPath)!, "file"), "");
        var options = new OnnxExportOptions { ReproFolder = Path.Combine(Path.GetDirectoryName(_folder.ModelPath)!, "file", "repro") };
        var message = Verify(graph => Replace(graph, "Gemm", last: true, node => node.WithAttribute("alpha", 1.5f)), wrongFromTheStart: true, options);
        Assert.Contains("First difference: Gemm", message);
        Assert.Contains("The fault can't be written to", message);
    }

    [Fact]
    public void Values_that_are_not_a_number_agree_in_the_same_places()
    {
        using var module = new Of((_, x) => (x + 1).sqrt() / x.relu());
        var report = _folder.Export(module, [2, 40]);
        Assert.Equal(8, report.Verification.Count);
        Assert.All(report.Verification, run => Assert.InRange(run.MaxRelativeError, 0, 1e-6));
    }

    [Fact]
    public void Inputs_of_the_caller_s_are_verified_too()
    {
        using var module = new Of((_, x) => x.relu());
        using var extreme = TorchSharp.torch.tensor(new[] { float.NaN, float.NegativeInfinity, -0f, 1e38f }, 1, 4);
        var report = _folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [3], VerificationInputs = [[extreme]] });
        Assert.Equal([3, 3, 1, 1], report.Verification.Select(r => r.Batch));

        using var other = TorchSharp.torch.zeros(1, 5);
        var wrongShape = Assert.Throws<ExportException>(() => _folder.Export(module, [2, 4], new OnnxExportOptions { VerificationInputs = [[other]] }));
        Assert.Contains("inputs of shapes [1,5], which are not like the examples, [2,4]", wrongShape.Message);
        using var integers = TorchSharp.torch.zeros(1, 4, TorchSharp.torch.int64);
        var wrongType = Assert.Throws<ExportException>(() => _folder.Export(module, [2, 4], new OnnxExportOptions { VerificationInputs = [[integers]] }));
        Assert.Contains("has a Int64 tensor where the example is Float32", wrongType.Message);
    }

    [Fact]
    public void File_that_is_right_only_where_it_was_traced_is_caught()
    {
        // 8, 16 and 9 are traced: all longer than 7, which is the same as "always 7" there. At 5 it is not.
        using var module = new Of((_, x) => x * Math.Min(x.shape[1], 7));
        var error = Assert.Throws<ExportException>(() => _folder.Export(module, [2, 8], new OnnxExportOptions
        {
            DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [0] = "batch", [1] = "time" } },
        }));
        Assert.Contains("time 5, ONNX Runtime", error.Message);
        Assert.Contains("Traced at batch 2, time 8; batch 5, time 8; batch 2, time 16; batch 1, time 9", error.Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Module_that_gives_NaN_is_refused()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using (TorchSharp.torch.no_grad())
            module.named_parameters().Last().parameter.fill_(float.NaN);
        Assert.Contains("itself gives NaN", Assert.Throws<ExportException>(() => _folder.Export(module, [2, 1, 8, 8])).Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Verification_can_be_left_to_others()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var report = _folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { Verify = false });
        Assert.Empty(report.Verification);
        Assert.Null(report.MaxAbsoluteError);
        Assert.Contains("not verified", report.ToString());
    }

    public void Dispose() => _folder.Dispose();

    // Verifies a file made of a graph that was tampered with, and gives the error's message.
    private string Verify(Action<Graph> tamper, bool wrongFromTheStart, OnnxExportOptions? asked = null, Action<Graph>? optimiser = null)
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using var example = ExportFolder.Example(2, 1, 8, 8);
        var axes = new SymbolicAxes([example.shape], SymbolicAxes.BatchOf([example.shape]));
        var tracer = new ModuleTracer(module, [example], axes);
        var program = tracer.Run();
        var states = new ModuleIndex(module).States.ToDictionary(s => s.Key, s => s.Tensor);
        var options = asked ?? new OnnxExportOptions();

        NetworkGraph Build(bool wrong)
        {
            var network = NetworkGraph.Of(program, axes, states, options);
            if (wrong)
                tamper(network.Graph);
            return network;
        }

        var model = new Model(Build(wrongFromTheStart).Graph);
        GraphPasses.Run(model.Graph);
        if (!wrongFromTheStart)
            tamper(model.Graph);
        File.WriteAllBytes(_folder.ModelPath, OnnxSerializer.ToBytes(model));
        var optimised = new Model(Build(wrongFromTheStart).Graph);
        optimiser?.Invoke(optimised.Graph);
        var verifier = new Verifier(tracer, axes, options, () => Build(wrongFromTheStart))
        {
            Load = (path, optimized) => optimized && optimiser is not null
                ? OnnxModel.Load(OnnxSerializer.ToBytes(optimised))
                : OnnxModel.Load(path, new OnnxModelOptions { GraphOptimizations = optimized }),
        };
        return Assert.Throws<ExportException>(() => verifier.Run(_folder.ModelPath, model, null, CancellationToken.None)).Message;
    }

    private static void Replace(Graph graph, string opType, Func<Node, Node> change) => Replace(graph, opType, last: false, change);

    private static void Replace(Graph graph, string opType, bool last, Func<Node, Node> change)
    {
        var node = last ? graph.Nodes.Last(n => n.OpType == opType) : graph.Nodes.First(n => n.OpType == opType);
        graph.Nodes.Replace(node, change(node));
    }
}

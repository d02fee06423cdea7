using MLPipeline.Export.Building;
using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Export.Verification;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Serialization;

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
    private string Verify(Action<Graph> tamper, bool wrongFromTheStart)
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        using var example = ExportFolder.Example(2, 1, 8, 8);
        var axes = new SymbolicAxes([example.shape], SymbolicAxes.BatchOf([example.shape]));
        var tracer = new ModuleTracer(module, [example], axes);
        var program = tracer.Run();
        var states = new ModuleIndex(module).States.ToDictionary(s => s.Key, s => s.Tensor);
        var options = new OnnxExportOptions();

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
        var verifier = new Verifier(tracer, axes, options, () => Build(wrongFromTheStart));
        return Assert.Throws<ExportException>(() => verifier.Run(_folder.ModelPath, model, null, CancellationToken.None)).Message;
    }

    private static void Replace(Graph graph, string opType, Func<Node, Node> change)
    {
        var node = graph.Nodes.First(n => n.OpType == opType);
        graph.Nodes.Replace(node, change(node));
    }
}

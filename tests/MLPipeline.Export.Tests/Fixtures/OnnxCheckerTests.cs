using MLPipeline.Export.Tests.Networks;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Export.Tests.Fixtures;

public class OnnxCheckerTests
{
    [Fact]
    public void Peer_checker_passes_a_right_file_and_refuses_a_wrong_one()
    {
        if (!OnnxChecker.IsAvailable)
            Assert.Skip("python3-onnx is not there: no exported file was shown to the ONNX project's checker.");
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        folder.Export(module, [2, 1, 8, 8]);
        Assert.Null(OnnxChecker.Problem(folder.ModelPath));

        var model = folder.Model();
        var sigmoid = model.Graph.Nodes.First(n => n.OpType == "Sigmoid");
        model.Graph.Nodes.Replace(sigmoid, new Node("NoSuchOperator", sigmoid.Inputs, sigmoid.Outputs));
        OnnxSerializer.Save(model, folder.ModelPath);
        Assert.Contains("NoSuchOperator", OnnxChecker.Problem(folder.ModelPath));
    }
}

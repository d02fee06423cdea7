using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Fixtures;

public class OnnxRuntimeNodeTests
{
    [Fact]
    public void Peer_gives_the_numbers_of_the_module_and_tells_others_apart()
    {
        if (!OnnxRuntimeNode.IsAvailable)
            Assert.Skip("onnxruntime-node is not there (npm install --prefix tests/peers): no exported file was scored by another client.");
        using var scope = NewDisposeScope();
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var report = folder.Export(module, [2, 1, 8, 8]);
        var output = report.Outputs[0].Split(':')[0];
        folder.AssertSameNumbersInNode(module, output, side: 8);

        var input = ExportFolder.Example(3, 1, 8, 8);
        using var still = no_grad();
        var differences = OnnxRuntimeNode.Differences(folder.ModelPath, new() { ["input"] = input }, new() { [output] = module.call(input) + 1 });
        Assert.InRange(differences[output], 0.999, 1.001);
    }

    [Fact]
    public void Peer_that_cannot_read_a_file_says_so()
    {
        if (!OnnxRuntimeNode.IsAvailable)
            Assert.Skip("onnxruntime-node is not there (npm install --prefix tests/peers): no exported file was scored by another client.");
        using var folder = new ExportFolder();
        File.WriteAllText(folder.ModelPath, "no model");
        var error = Assert.Throws<InvalidOperationException>(() => OnnxRuntimeNode.Differences(folder.ModelPath, [], []));
        Assert.StartsWith("onnxruntime-node: ", error.Message);
    }
}

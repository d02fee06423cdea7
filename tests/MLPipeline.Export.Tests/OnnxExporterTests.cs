using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests;

public class OnnxExporterTests
{
    public static TheoryData<string, long[]> Networks => new()
    {
        { nameof(SmallLeNet), [2, 1, 8, 8] },
        { nameof(SmallResNet), [2, 3, 16, 16] },
        { nameof(SmallDenseNet), [2, 1, 8, 8] },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_gives_a_file_with_the_module_s_numbers(string network, long[] shape)
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(network);
        var report = folder.Export(module, shape);

        using var model = OnnxModel.Load(folder.ModelPath);
        using var input = randn([5, .. shape[1..]]);
        module.eval();
        using var expected = module.call(input);
        var actual = model.Run(new Dictionary<string, TensorValue> { ["input"] = TensorValue.Create(input.data<float>().ToArray(), input.shape) });
        Assert.Equal(expected.data<float>().ToArray(), actual["output"].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(6, report.Verification.Count);
        Assert.True(report.MaxAbsoluteError < 1e-5);
    }
}

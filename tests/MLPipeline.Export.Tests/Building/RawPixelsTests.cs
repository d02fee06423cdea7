using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Building;

public class RawPixelsTests
{
    public static TheoryData<string, Preprocessing> Cases => new()
    {
        { nameof(SmallLeNet), new Preprocessing(1 / 255.0, [0], [1], "NCHW", "0-255") },
        { nameof(SmallLeNet), new Preprocessing(1 / 255.0, [0.2860], [0.3530], "NCHW", "0-255") },
        { nameof(SmallLeNet), new Preprocessing(1, [0.5], [0.5], "NCHW", "0-1") },
        { nameof(SmallResNet), new Preprocessing(1 / 255.0, [0, 0, 0], [1, 1, 1], "NCHW", "0-255") },
        { nameof(SmallResNet), new Preprocessing(1 / 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], "NCHW", "0-255") },
        { nameof(SmallResNet), new Preprocessing(1 / 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], "NHWC", "0-255") },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void File_takes_raw_pixels_and_gives_what_the_module_gives_for_scaled_ones(string network, Preprocessing preprocessing)
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(network);
        var shape = SmallNets.InputOf(network);
        folder.Export(module, shape, new OnnxExportOptions { Preprocessing = preprocessing });

        using var generator = new Generator(3, CPU);
        using var pixels = preprocessing.Range == "0-255" ? randint(0, 256, [4, .. shape[1..]], ScalarType.Float32, generator: generator) : rand([4, .. shape[1..]], generator: generator);
        var channels = new long[] { 1, shape[1], 1, 1 };
        using var scaled = ((pixels * preprocessing.Scale) - tensor(preprocessing.Mean.ToArray()).reshape(channels)) / tensor(preprocessing.Std.ToArray()).reshape(channels);
        module.eval();
        using var expected = module.call(scaled.to(ScalarType.Float32));
        using var fed = preprocessing.Layout == "NHWC" ? pixels.permute(0, 2, 3, 1).contiguous() : pixels.alias();
        Assert.Equal(expected.data<float>().ToArray(), folder.Run(fed)["output"].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);

        using var model = OnnxModel.Load(folder.ModelPath);
        var written = ModelMetadata.ReadPreprocessing(model.Metadata, "model")!;
        Assert.Equal(preprocessing.ToJson(), written.ToJson());
    }

    [Fact]
    public void Only_what_changes_pixels_is_in_the_graph()
    {
        using var folder = new ExportFolder();
        using var module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU());
        folder.Export(module, [2, 1, 6, 6], new OnnxExportOptions { Preprocessing = new Preprocessing(1, [0], [1], "NCHW", "0-1") });
        Assert.Equal("Conv Relu", folder.Operators());
    }

    [Fact]
    public void Scaling_costs_nothing_before_a_convolution()
    {
        using var folder = new ExportFolder();
        using var padded = nn.Conv2d(1, 2, 3, padding: 1);
        folder.Export(padded, [2, 1, 6, 6], new OnnxExportOptions { Preprocessing = new Preprocessing(1 / 255.0, [0], [0.5], "NCHW", "0-255") });
        Assert.Equal("Conv", folder.Operators());
    }

    [Fact]
    public void Mean_stays_before_a_convolution_that_pads_and_goes_into_one_that_does_not()
    {
        var preprocessing = new Preprocessing(1 / 255.0, [0.3], [0.5], "NCHW", "0-255");
        using var folder = new ExportFolder();
        using var padded = nn.Conv2d(1, 2, 3, padding: 1);
        folder.Export(padded, [2, 1, 6, 6], new OnnxExportOptions { Preprocessing = preprocessing });
        Assert.Equal("Add Conv", folder.Operators());
        using var plain = nn.Conv2d(1, 2, 3);
        folder.Export(plain, [2, 1, 6, 6], new OnnxExportOptions { Preprocessing = preprocessing });
        Assert.Equal("Conv", folder.Operators());
    }
}

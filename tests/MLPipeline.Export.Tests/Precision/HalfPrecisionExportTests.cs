using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Precision;

public sealed class HalfPrecisionExportTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    [Theory]
    [InlineData(nameof(SmallLeNet))]
    [InlineData(nameof(SmallResNet))]
    [InlineData(nameof(SmallDenseNet))]
    public void File_in_float16_is_half_as_large_and_verified_at_its_own_tolerance(string network)
    {
        using var module = SmallNets.Create(network);
        var single = _folder.Export(module, SmallNets.InputOf(network));
        var half = _folder.Export(module, SmallNets.InputOf(network), new OnnxExportOptions { Precision = ExportPrecision.Float16 });

        Assert.All(_folder.Model().Graph.Initializers.Values.Where(w => w.Count > 1 && w.Type.IsFloatingPoint()), w => Assert.Equal(ElementType.Float16, w.Type));
        Assert.Equal((single.Inputs[0], single.Outputs[0]), (half.Inputs[0], half.Outputs[0]));
        Assert.Equal((Tolerance.Default, Tolerance.Half), (single.Tolerance, half.Tolerance));
        Assert.Equal([(false, false), (true, false), (false, true)], half.Verification.Select(r => (r.GraphOptimizations, r.EveryValueRounded)).Distinct());
        // Single precision would be some hundred times nearer.
        Assert.InRange(half.MaxAbsoluteError!.Value, 1e-6, 1e-2);
        Assert.Empty(half.HalfPrecision!.Kept);
        Assert.Contains("in float16: ", half.ToString());
    }

    [Fact]
    public void Inputs_and_outputs_are_float16_on_request()
    {
        using var module = SmallNets.Create(nameof(SmallResNet));
        var report = _folder.Export(
            module, SmallNets.InputOf(nameof(SmallResNet)), new OnnxExportOptions { Precision = ExportPrecision.Float16, KeepInputsAndOutputsFloat32 = false });
        Assert.Equal("input: float16[batch,3,16,16]", report.Inputs[0]);
        Assert.StartsWith("output: float16[batch,", report.Outputs[0]);
        Assert.DoesNotContain("Cast", report.Operators.Keys);
    }

    [Fact]
    public void Raw_pixels_and_a_classifier_head_go_with_it()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        var report = _folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions
        {
            Precision = ExportPrecision.Float16,
            ClassifierHead = true,
            Preprocessing = new Preprocessing(1 / 255.0, [0.3], [0.2], "NCHW", "0-255"),
        });
        Assert.NotEmpty(report.Verification);
        Assert.Equal(2, report.Outputs.Count);
    }

    [Fact]
    public void Numbers_beyond_float16_are_refused_because_they_differ()
    {
        using var module = new Of((_, x) => x * 300f * (x * 300f));
        var error = Assert.Throws<ExportException>(() => _folder.Export(module, [2, 3], new OnnxExportOptions { Precision = ExportPrecision.Float16 }));
        Assert.Contains("gives other numbers than the module", error.Message);
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData(nameof(SmallLeNet))]
    [InlineData(nameof(SmallResNet))]
    [InlineData(nameof(SmallDenseNet))]
    public void Module_that_is_in_float16_itself_is_exported_as_it_is(string network)
    {
        using var module = SmallNets.Create(network);
        module.to(ScalarType.Float16);
        using var example = ExportFolder.Example(SmallNets.InputOf(network)).to(ScalarType.Float16);
        var report = _folder.Export(module, [example]);
        Assert.StartsWith("input: float16[", report.Inputs[0]);
        Assert.Equal(Tolerance.Half, report.Tolerance);
        Assert.NotEmpty(report.Verification);
    }

    [Fact]
    public void Module_in_bfloat16_is_refused_by_name_where_ONNX_Runtime_can_t_run_it()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        module.to(ScalarType.BFloat16);
        using var example = ExportFolder.Example(2, 1, 8, 8).to(ScalarType.BFloat16);
        var error = Assert.Throws<ExportException>(() => _folder.Export(module, [example]));
        Assert.Contains("ONNX Runtime can't load the exported file", error.Message);
        Assert.Contains("bfloat16", error.Message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Precision_that_there_is_none_of_is_refused()
    {
        using var module = SmallNets.Create(nameof(SmallLeNet));
        Assert.Throws<ArgumentOutOfRangeException>(() => _folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { Precision = (ExportPrecision)9 }));
    }

    public void Dispose() => _folder.Dispose();
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests;

public class OnnxExportOptionsTests
{
    public static TheoryData<OnnxExportOptions, string> Invalid => new()
    {
        { new() { Opset = 12 }, "13 to 21" },
        { new() { Opset = 22 }, "22" },
        { new() { InputNames = ["a", "b"] }, "1 example input" },
        { new() { InputNames = [" "] }, "empty name" },
        { new() { OutputNames = ["a", "a"] }, "'a' 2 times" },
        { new() { InputNames = ["x"], OutputNames = ["x"] }, "'x' is both" },
        { new() { BatchSizes = [] }, "BatchSizes is []" },
        { new() { BatchSizes = [1, 0] }, "[1, 0]" },
        { new() { Tolerance = new(-1, 0) }, "-1 absolute" },
        { new() { Tolerance = new(double.NaN, 0) }, "NaN" },
        { new() { Labels = ["a", "a"] }, "label 'a'" },
        { new() { Metadata = new Dictionary<string, string> { [ModelMetadata.LabelsKey] = "[]" } }, "mlpipeline.labels" },
        { new() { Preprocessing = new Preprocessing(0, [0], [1], "NCHW", "0-255") }, "scale is 0" },
        { new() { Preprocessing = new Preprocessing(1, [0], [1], "CHW", "0-255") }, "'CHW'" },
    };

    public static TheoryData<OnnxExportOptions, string> NotForThisModule => new()
    {
        { new() { OutputNames = ["a", "b"] }, "OutputNames has 2 names; the module returns 1" },
        { new() { InputNames = ["output"] }, "'output' would be the name of an input and of an output" },
        { new() { OutputNames = ["probabilities"], ClassifierHead = true }, "which the classifier head writes" },
        { new() { Labels = ["a", "b"] }, "There are 2 labels, but the module gives float[batch,3]" },
        { new() { Preprocessing = new Preprocessing(1, [0, 0, 0], [1, 1, 1], "NCHW", "0-255") }, "images with 3 channel(s)" },
        { new() { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [4] = "time" } } }, "axis 4 of input 0" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_value_is_refused_before_the_module_runs(OnnxExportOptions options, string says)
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(() => folder.Export(module, [2, 1, 8, 8], options)).Message);
        Assert.Empty(folder.Files);
    }

    [Theory]
    [MemberData(nameof(NotForThisModule))]
    public void Value_that_does_not_fit_the_module_is_refused(OnnxExportOptions options, string says)
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        Assert.Contains(says, Assert.Throws<ExportException>(() => folder.Export(module, [2, 1, 8, 8], options)).Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Names_and_metadata_go_into_the_file()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions
        {
            InputNames = ["image"],
            OutputNames = ["scores", "chances"],
            ClassifierHead = true,
            Labels = ["shirt", "boot", "bag"],
            ModelName = "lenet-bn",
            Metadata = new Dictionary<string, string> { [ModelMetadata.TrainingKey] = """{"epochs":5}""", ["owner"] = "us" },
        });
        using var model = OnnxModel.Load(folder.ModelPath);
        Assert.Equal(["image"], model.Signature.Inputs.Select(i => i.Name));
        Assert.Equal(["scores", "chances"], model.Signature.Outputs.Select(o => o.Name));
        Assert.Equal(["shirt", "boot", "bag"], model.Labels);
        Assert.Equal("lenet-bn", model.Metadata[ModelMetadata.ModelKey]);
        Assert.Equal("us", model.Metadata["owner"]);
        Assert.Equal(5, ModelMetadata.ReadTraining(model.Metadata, "model")["epochs"].GetInt32());
        Assert.StartsWith("MLPipeline.Export ", model.Metadata[ModelMetadata.ExporterKey]);
        Assert.Equal(8, folder.Model().IrVersion);
    }

    [Fact]
    public void Probabilities_are_the_softmax_of_the_logits()
    {
        using var folder = new ExportFolder();
        using var module = SmallNets.Create(nameof(SmallLeNet));
        folder.Export(module, [2, 1, 8, 8], new OnnxExportOptions { ClassifierHead = true });
        using var input = ExportFolder.Example(4, 1, 8, 8);
        var outputs = folder.Run(input);
        var expected = nn.functional.softmax(tensor(outputs["logits"].ToArray<float>(), 4, 3), 1).data<float>().ToArray();
        Assert.Equal(expected, outputs["probabilities"].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Classifier_head_on_probabilities_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = nn.Sequential(nn.Linear(4, 3), nn.Softmax(1));
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4], new OnnxExportOptions { ClassifierHead = true }));
        Assert.Contains("ends in Softmax", error.Message);
    }
}

using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Tracing;

public class ModuleTracerTests
{
    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Create, string Operators)> Ways =
        new[] { Pitfalls.All, LanguagePitfalls.All, CallPitfalls.All, ModulePitfalls.All }.SelectMany(a => a).ToDictionary();

    public static TheoryData<string> PitfallNames => [.. Ways.Keys];

    public static TheoryData<string> InPlaceNames => [.. InPlacePitfalls.All.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.All.Keys];

    [Theory]
    [MemberData(nameof(PitfallNames))]
    public void Every_way_to_write_a_forward_is_followed(string name)
    {
        using var folder = new ExportFolder();
        var (create, operators) = Ways[name];
        using var module = create();
        folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [7] });
        Assert.Equal(operators, folder.Operators());
    }

    [Theory]
    [MemberData(nameof(InPlaceNames))]
    public void Value_changed_in_place_is_read_as_it_is_at_that_time(string name)
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => InPlacePitfalls.All[name](x));
        Assert.NotEmpty(folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [7] }).Verification);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Module_whose_file_would_be_wrong_is_refused(string name)
    {
        using var folder = new ExportFolder();
        var (create, says) = Refused.All[name];
        using var module = create();
        module.train();
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [7] }));
        Assert.All(says, part => Assert.Contains(part, error.Message));
        Assert.True(module.training);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Everything_in_the_way_is_listed_with_its_module_path()
    {
        using var folder = new ExportFolder();
        using var module = Refused.SeveralProblems();
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4]));
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains(error.Problems, p => p.Contains("Tensor.histc") && p.Contains("at first") && p.Contains("no ONNX converter"));
        Assert.Contains(error.Problems, p => p.Contains("Tensor.nextafter") && p.Contains("at second.inner") && p.Contains("no counterpart"));
        Assert.Contains(error.Problems, p => p.Contains("Tensor.histc") && p.Contains("; third ("));
    }

    [Fact]
    public void Operator_in_the_way_at_many_places_is_one_line()
    {
        using var folder = new ExportFolder();
        using var module = Sequential(Enumerable.Range(0, 12).Select(i => ($"layer{i}", (Module<Tensor, Tensor>)new Of((_, x) => x.histc(4).view(1, 4)))).ToArray());
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4]));
        Assert.Matches(", at layer0 .*; layer1 .*; layer2 .*; layer3 .*; layer4 .*; and 7 more$", Assert.Single(error.Problems));
    }

    [Fact]
    public void Several_inputs_and_outputs_are_named_in_order()
    {
        using var folder = new ExportFolder();
        using var module = new SumAndProduct();
        using var a = ExportFolder.Example(2, 4);
        using var b = ExportFolder.Example(2, 4);
        var report = folder.Export(module, [a, b]);
        Assert.Equal(["input_0: float[batch,4]", "input_1: float[batch,4]"], report.Inputs);
        Assert.Equal(["output_0: float[batch,4]", "output_1: float[batch,4]"], report.Outputs);
        Assert.Equal("Add Mul", folder.Operators());
    }

    [Fact]
    public void Module_that_takes_another_number_of_inputs_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = new SumAndProduct();
        Assert.Contains("has no forward that takes (Tensor); it has (Tensor a, Tensor b)", Assert.Throws<ExportException>(() => folder.Export(module, [2, 4])).Message);
    }

    [Fact]
    public void Module_that_returns_no_tensor_is_refused()
    {
        using var folder = new ExportFolder();
        using var module = new Counting();
        Assert.Contains("returns a Int64", Assert.Throws<ExportException>(() => folder.Export(module, [2, 4])).Message);
    }

    [Fact]
    public void Own_error_of_a_module_comes_through()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, _) => throw new InvalidOperationException("mine"));
        Assert.Equal("mine", Assert.Throws<InvalidOperationException>(() => folder.Export(module, [2, 4])).Message);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Script_module_is_refused()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "script.pt");
        if (!ScriptFile.TryWrite(path))
            Assert.Skip("python3-torch is not there to make a ScriptModule.");
        using var folder = new ExportFolder();
        using var script = jit.load<Tensor, Tensor>(path);
        Assert.Contains("the module is a ScriptModule", Assert.Throws<ExportException>(() => folder.Export(script, [2, 4])).Message);
        var around = new AroundScript(script);
        Assert.Contains("inner is a ScriptModule", Assert.Throws<ExportException>(() => folder.Export(around, [2, 4])).Message);
    }

    private sealed class SumAndProduct() : Module<Tensor, Tensor, (Tensor Sum, Tensor Product)>("two")
    {
        public override (Tensor Sum, Tensor Product) forward(Tensor a, Tensor b) => (a + b, a * b);
    }

    private sealed class AroundScript : Module<Tensor, Tensor>
    {
        private readonly jit.ScriptModule<Tensor, Tensor> inner;

        public AroundScript(jit.ScriptModule<Tensor, Tensor> inner)
            : base("around")
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => inner.call(input);
    }

    private sealed class Counting() : Module<Tensor, long>("count")
    {
        public override long forward(Tensor input) => input.shape[0];
    }
}

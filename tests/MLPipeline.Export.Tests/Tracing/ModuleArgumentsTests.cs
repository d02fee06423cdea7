using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>What modules take and give besides one tensor. Every export is verified.</summary>
public sealed class ModuleArgumentsTests : IDisposable
{
    private readonly ExportFolder _folder = new();
    private readonly Tensor _x = ExportFolder.Example(2, 4);
    private readonly Tensor _y = ExportFolder.Example(2, 4) * 2;

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        _folder.Dispose();
    }

    private ExportReport Export(nn.Module module, params object?[] examples) => ExportAs(null, module, examples);

    private ExportReport ExportAs(OnnxExportOptions? options, nn.Module module, params object?[] examples) =>
        OnnxExporter.Export(module, examples, _folder.ModelPath, options, null, TestContext.Current.CancellationToken);

    private static string[] NamesOf(IReadOnlyList<string> texts) => [.. texts.Select(t => t.Split(':')[0])];

    [Fact]
    public void Optional_tensor_may_be_left_out_be_null_or_be_given()
    {
        using var module = new Shaped.OptionalMask();
        Assert.Equal(["input"], NamesOf(_folder.Export(module, [_x]).Inputs));
        Assert.Equal("Relu", _folder.Operators());
        Assert.Equal(["input"], NamesOf(Export(module, _x, null).Inputs));
        Assert.Equal("Relu", _folder.Operators());
        Assert.Equal(["input_0", "input_1"], NamesOf(_folder.Export(module, [_x, _y]).Inputs));
        Assert.Equal("Mul", _folder.Operators());
    }

    [Fact]
    public void Plain_values_are_as_given_and_defaults_where_they_are_not()
    {
        using var module = new Shaped.PlainParameters();
        Export(module, _x, Activation.Relu, 1, true, new long[] { -1, 2 });
        Assert.Equal("Relu Reshape Neg", _folder.Operators());
        Export(module, _x, Activation.Tanh, 1, false, Array.Empty<long>());
        Assert.Equal("Tanh", _folder.Operators());
        Assert.Contains("has no forward that takes (Tensor, String)", Assert.Throws<ExportException>(() => Export(module, _x, "relu")).Message);
    }

    [Fact]
    public void Tuple_is_taken_apart()
    {
        using var module = new Shaped.Pair();
        Assert.Equal(["both_0", "both_1"], NamesOf(Export(module, (_x, _y)).Inputs));
        Assert.Equal("Relu Add", _folder.Operators());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tensors_of_a_list_are_inputs_in_order(bool array)
    {
        using var module = new Shaped.Pyramid();
        object levels = array ? new[] { _x, _y, _x } : new List<Tensor> { _x, _y, _x };
        Assert.Equal(["levels_0", "levels_1", "levels_2"], NamesOf(Export(module, levels).Inputs));
    }

    [Fact]
    public void Arrays_and_lists_stand_for_each_other()
    {
        using var module = new Shaped.TensorArray();
        Assert.Equal(["first_0", "first_1", "second_0"], NamesOf(Export(module, new List<Tensor> { _x, _y }, new[] { _y }).Inputs));
    }

    [Fact]
    public void Keys_of_dictionaries_name_inputs_and_outputs()
    {
        using var module = new Shaped.Detector();
        var report = Export(module, new Dictionary<string, Tensor> { ["image"] = _x, ["sizes"] = _y });
        Assert.Equal(["image", "sizes"], NamesOf(report.Inputs));
        Assert.Equal(["boxes", "output_image"], NamesOf(report.Outputs));
    }

    [Fact]
    public void Containers_nest()
    {
        using var module = new Shaped.Nested();
        var report = Export(module, (_x, new List<Tensor> { _x, _y }), new Dictionary<string, (Tensor, Tensor)> { ["both"] = (_x, _y) });
        Assert.Equal(["input_0", "input_1_0", "input_1_1", "both_0", "both_1"], NamesOf(report.Inputs));
        Assert.Equal(["output_0_states_0", "output_0_states_1", "output_1"], NamesOf(report.Outputs));
    }

    [Fact]
    public void Module_of_its_own_base_class_and_call_is_exported_as_it_is_called()
    {
        using var module = new Shaped.OwnCall();
        _folder.Export(module, [_x]);
        Assert.Equal("Relu Sigmoid", _folder.Operators());
    }

    [Fact]
    public void One_tensor_given_twice_is_two_inputs()
    {
        using var module = new OfTwo((a, b) => a - b);
        Assert.Equal(2, _folder.Export(module, [_x, _x]).Inputs.Count);
        Assert.Equal("Sub", _folder.Operators());
    }

    [Fact]
    public void Input_parameter_and_one_value_twice_may_be_outputs()
    {
        using var module = new Shaped.Echo();
        Assert.Equal(["output_0: float[batch,4]", "output_1: float[batch,4]", "output_2: float[batch,4]", "output_3: float[3]"], _folder.Export(module, [2, 4]).Outputs);
    }

    [Fact]
    public void Sequence_that_computes_its_elements_is_followed()
    {
        using var module = new Shaped.Lazily();
        _folder.Export(module, [2, 4]);
        Assert.Equal("Relu Tanh", _folder.Operators());
    }

    [Fact]
    public void Names_of_inputs_are_counted_as_the_tensors_are()
    {
        using var module = new Shaped.Pair();
        var options = new OnnxExportOptions { InputNames = ["left", "right"] };
        Assert.Equal(["left", "right"], NamesOf(ExportAs(options, module, (_x, _y)).Inputs));
        Assert.Contains("2 example input", Assert.Throws<ArgumentException>(() => ExportAs(options with { InputNames = ["both"] }, module, (_x, _y))).Message);
    }

    [Fact]
    public void Class_of_the_user_s_is_refused_as_input_and_as_output()
    {
        using var recorded = new Shaped.Recorded();
        using var batched = new Shaped.Batched();
        Assert.Contains("returns a Result; only tensors, tuples", Assert.Throws<ExportException>(() => _folder.Export(recorded, [2, 4])).Message);
        Assert.Contains("Batch can't be an example", Assert.Throws<ExportException>(() => Export(batched, new Shaped.Batch { X = _x })).Message);
    }

    [Fact]
    public void Call_without_a_tensor_is_refused()
    {
        using var module = new Shaped.OptionalMask();
        Assert.Contains("no tensor among the examples", Assert.Throws<ArgumentException>(() => Export(module, null, null)).Message);
    }
}

using System.Text.Json;
using MLPipeline.Cli.Tests.Fixtures;
using MLPipeline.Cli.UserModules;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Tests.Commands;

/// <summary><c>export --assembly</c>.</summary>
public sealed class ExportModuleTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Net => _folder["net.onnx"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UserNetworks.PlainNet", "float[batch,5]")]
    [InlineData("PlainNet", "float[batch,5]")]
    [InlineData("UserNetworks.HiddenNet", "float[batch,6]")]
    [InlineData("UserNetworks.Factory.Create", "float[batch,3]")]
    [InlineData("UserNetworks.Factory.Create", "float[batch,9]", "--arg", "classes=9")]
    [InlineData("UserNetworks.Factory.Closed", "float[batch,6]")]
    [InlineData("UserNetworks.ChosenNet", "float[batch,7]", "--arg", "classes=7")]
    [InlineData("UserNetworks.ChosenNet", "float[batch,2]", "--arg", "Classes=2", "--arg", "hidden=8,4", "--arg", "activation=sigmoid", "--arg", "bias=false")]
    public async Task A_module_of_another_assembly_becomes_a_verified_file(string type, string output, params string[] more)
    {
        var report = await Exported(["--type", type, "--input", "2x6", .. more]);

        Assert.Equal($"output: {output}", report.GetProperty("outputs")[0].GetString());
        Assert.NotEmpty(report.GetProperty("verification").EnumerateArray());
        Assert.Empty(OnnxSerializer.Load(Net).OtherOpsets);
    }

    [Fact]
    public async Task Weights_come_from_a_file()
    {
        var net = ModuleSource.Find(UserAssembly.Load(UserDll.Path), "UserNetworks.PlainNet", new ConstructorArguments([])).Create();
        using var _ = net;
        net.save(_folder["net.dat"]);

        await Exported(["--type", "PlainNet", "--input", "2x6", "--weights", _folder["net.dat"]]);

        var bias = OnnxSerializer.Load(Net).Graph.Initializers["_first.bias"];
        Assert.Equal(net.state_dict()["_first.bias"].data<float>().ToArray(), bias.AsSpan<float>().ToArray());
    }

    [Fact]
    public async Task Inputs_have_names_types_ranges_and_axes()
    {
        var report = await Exported(
            ["--type", "TwoInputs", "--input", "x:2x5", "--input", "ids:int64:2x5:0..99", "--output-name", "sum", "--opset", "15",
                "--dynamic", "x.0=rows", "--dynamic", "x.1=length", "--dynamic", "ids.0=rows", "--dynamic", "ids.1=length"]);

        Assert.Equal(["x: float[rows,length]", "ids: int64[rows,length]"], report.GetProperty("inputs").EnumerateArray().Select(i => i.GetString()));
        Assert.Equal("sum: float[rows,length]", report.GetProperty("outputs")[0].GetString());
        Assert.Equal(15, OnnxSerializer.Load(Net).Opset);
    }

    [Fact]
    public async Task Fixed_keeps_every_length()
    {
        var report = await Exported(["--type", "PlainNet", "--input", "4x6", "--fixed"]);

        Assert.Equal("input: float[4,6]", report.GetProperty("inputs")[0].GetString());
    }

    [Fact]
    public async Task Half_precision_is_written_on_request()
    {
        await Exported(["--type", "PlainNet", "--input", "4x6", "--precision", "float16"]);

        Assert.Contains(OnnxSerializer.Load(Net).Graph.Initializers.Values, data => data.Type == MLPipeline.Onnx.Graphs.ElementType.Float16);
    }

    [Fact]
    public async Task What_the_module_prints_is_no_result()
    {
        var outcome = await BuiltProcess.RunAsync("export", "--assembly", UserDll.Path, "--type", "TalkativeNet", "--input", "1x3", "--output", Net, "--json");

        Assert.True(outcome.ExitCode == ExitCode.Ok, outcome.Error);
        Assert.Equal(Net, JsonDocument.Parse(outcome.Output).RootElement.GetProperty("path").GetString());
        Assert.Contains("hello from the constructor", outcome.Error);
    }

    [Theory]
    [InlineData("UserNetworks.PlaneNet", "Did you mean 'UserNetworks.PlainNet'?")]
    [InlineData("Nothing.Like.It", "UserNetworks.ChosenNet", "UserNetworks.HiddenNet", "UserNetworks.TwoInputs")]
    [InlineData("UserNetworks.Factory", "is no module")]
    [InlineData("UserNetworks.Factory.Make", "no static method 'Make'")]
    [InlineData("UserNetworks.AbstractNet", "is abstract")]
    [InlineData("UserNetworks.GenericNet`1", "is generic")]
    [InlineData("UserNetworks.ChosenNet", "int classes", "int[] hidden = null", "--arg NAME=VALUE")]
    public async Task A_type_that_can_not_be_made_is_told_with_what_there_is(string type, params string[] words) =>
        Shell.AssertFails(await Export("--type", type, "--input", "1x6"), ExitCode.Usage, words);

    [Theory]
    [InlineData("say which module with --type. Its modules are", "--input", "1x6")]
    [InlineData("--input 1x3x224x224", "--type", "PlainNet")]
    [InlineData("--arg is 'classes'; it must be NAME=VALUE", "--type", "ChosenNet", "--input", "1x6", "--arg", "classes")]
    [InlineData("--arg classes is 'many', which is no int", "--type", "ChosenNet", "--input", "1x6", "--arg", "classes=many")]
    [InlineData("activation is 'gelu', which is no Activation: one of Relu, Sigmoid", "--type", "ChosenNet", "--input", "1x6", "--arg", "classes=2", "--arg", "activation=gelu")]
    [InlineData("can't be made with --arg width: it takes (int classes", "--type", "ChosenNet", "--input", "1x6", "--arg", "width=2")]
    [InlineData("--input is '1,6': '1,6' is no shape", "--type", "PlainNet", "--input", "1,6")]
    [InlineData("'int65' is no type: float32", "--type", "PlainNet", "--input", "x:int65:1x6")]
    [InlineData("'9..1' is no range", "--type", "PlainNet", "--input", "1x6:9..1")]
    [InlineData("two inputs are named 'x'", "--type", "TwoInputs", "--input", "x:1x6", "--input", "x:1x6")]
    [InlineData("--dynamic is 'y.0=b', but there is no input 'y'; the inputs are input.", "--type", "PlainNet", "--input", "1x6", "--dynamic", "y.0=b")]
    [InlineData("--dynamic is 'batch'; it must be INPUT.AXIS=NAME", "--type", "PlainNet", "--input", "1x6", "--dynamic", "batch")]
    [InlineData("--fixed or --dynamic", "--type", "PlainNet", "--input", "1x6", "--dynamic", "input.0=b", "--fixed")]
    [InlineData("--no-head does not go with --assembly", "--type", "PlainNet", "--input", "1x6", "--no-head")]
    public async Task A_wrong_wish_is_told(string message, params string[] flags) =>
        Shell.AssertFails(await Export(flags), ExitCode.Usage, message);

    [Theory]
    [InlineData("name a CHECKPOINT, or a module of yours with --assembly")]
    [InlineData("--type goes with --assembly", "--type", "My.Net")]
    [InlineData("--fixed does not go with a CHECKPOINT", "some.checkpoint", "--fixed")]
    [InlineData("CHECKPOINT does not go with --assembly", "some.checkpoint", "--assembly", "My.dll")]
    public async Task A_checkpoint_and_an_assembly_are_two_things(string message, params string[] flags) =>
        Shell.AssertFails(await Shell.RunAsync(["export", .. flags]), ExitCode.Usage, message);

    [Theory]
    [InlineData("The constructor of UserNetworks.BrokenNet failed with InvalidOperationException: the settings are missing", "--type", "BrokenNet", "--input", "1x6")]
    [InlineData("UserNetworks.Factory.Nothing returned null", "--type", "UserNetworks.Factory.Nothing", "--input", "1x6")]
    [InlineData("PlainNet fails on input: Float32 [1,7]", "--type", "PlainNet", "--input", "1x7")]
    [InlineData("There is no weights file", "--type", "PlainNet", "--input", "1x6", "--weights", "nowhere.dat")]
    [InlineData("has no forward that takes", "--type", "PlainNet", "--input", "1x6", "--input", "1x6")]
    public async Task What_goes_wrong_in_the_module_is_told_as_its_own(string message, params string[] flags)
    {
        Shell.AssertFails(await Export(flags), ExitCode.Error, message);
        Assert.False(File.Exists(Net));
    }

    [Fact]
    public async Task Each_reason_against_an_export_has_a_line()
    {
        var outcome = await Export("--type", "RefusedNet", "--input", "1x6");

        Assert.Equal(ExitCode.Error, outcome.ExitCode);
        Assert.Contains("mlpipeline: the module can't be exported, for these reasons:\n  - Tensor.data reads elements", outcome.Error);
        Assert.Contains("\n  - Tensor.item reads elements", outcome.Error);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("tracing")]
    [InlineData("verifying")]
    public async Task Stopped_at_any_step_it_leaves_nothing(string step)
    {
        using var stop = new CancellationTokenSource();
        await using var output = new StringWriter();
        await using var error = new StoppingWriter(step, stop);

        var code = await CommandLine.RunAsync(["export", "--assembly", UserDll.Path, "--type", "PlainNet", "--input", "1x6", "--output", Net], output, error, stop.Token);

        Assert.Equal(ExitCode.Cancelled, code);
        Assert.EndsWith("mlpipeline: stopped.", error.ToString().TrimEnd());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("weights.pt", "pickle")]
    [InlineData("weights.dat", "can't be loaded into PlainNet")]
    public async Task Weights_of_another_form_are_refused(string name, string word)
    {
        await File.WriteAllBytesAsync(_folder[name], [1, 2, 3], TestContext.Current.CancellationToken);

        Shell.AssertFails(await Export("--type", "PlainNet", "--input", "1x6", "--weights", _folder[name]), ExitCode.Error, name, word);
    }

    [Theory]
    [InlineData(0, 99, 0)]
    [InlineData(0, 107, 99)]
    [InlineData(1, 107, 0)]
    public async Task An_assembly_built_against_another_TorchSharp_is_refused_with_both_versions(int major, int minor, int build)
    {
        var old = UserDll.BuiltAgainstTorchSharp(new Version(major, minor, build, 0), _folder["Old.dll"]);

        Shell.AssertFails(
            await Shell.RunAsync("export", "--assembly", old, "--input", "1x6"), ExitCode.Error, $"TorchSharp {major}.{minor}.{build}", "runs 0.107.0");
    }

    [Fact]
    public async Task A_file_that_is_no_assembly_is_told()
    {
        await File.WriteAllTextAsync(_folder["My.dll"], "hello", TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("export", "--assembly", _folder["My.dll"], "--input", "1x6"), ExitCode.Error, "no .NET assembly");
        Shell.AssertFails(await Shell.RunAsync("export", "--assembly", _folder["No.dll"], "--input", "1x6"), ExitCode.Error, "no assembly", "Build the project");
    }

    [Fact]
    public void TorchSharp_is_ours_though_a_copy_lies_beside_the_assembly()
    {
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(UserDll.Path)!, "TorchSharp.dll")));

        var type = UserAssembly.Load(UserDll.Path).Find("PlainNet")!;

        Assert.Same(typeof(nn.Module).Assembly, type.BaseType!.Assembly);
        Assert.NotSame(typeof(ExportModuleTests).Assembly, type.Assembly);
    }

    [Theory]
    [InlineData(ScalarType.Float32, "2x3", -9, 9)]
    [InlineData(ScalarType.Float64, "float64:2x3:3..4", 3, 4)]
    [InlineData(ScalarType.Int64, "ids:int64:50:5..7", 5, 7)]
    [InlineData(ScalarType.Int32, "int32:50", 0, 1)]
    [InlineData(ScalarType.Bool, "mask:bool:50", 0, 1)]
    [InlineData(ScalarType.Float32, "scalar", -9, 9)]
    public void An_example_has_the_type_and_range_asked_for(ScalarType type, string spec, double low, double high)
    {
        using var example = InputSpec.Parse(spec).Example();

        Assert.Equal(type, example.dtype);
        Assert.All(example.to(float64).data<double>().ToArray(), x => Assert.InRange(x, low, high));
        if (example.numel() == 50)
            Assert.Equal(high - low + 1, example.to(float64).data<double>().ToArray().Distinct().Count());
    }

    private Task<Shell.Outcome> Export(params string[] flags) => Shell.RunAsync(["export", "--assembly", UserDll.Path, "--output", Net, .. flags]);

    private async Task<JsonElement> Exported(string[] flags)
    {
        var outcome = await Export([.. flags, "--json"]);
        Assert.True(outcome.ExitCode == ExitCode.Ok, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }
}

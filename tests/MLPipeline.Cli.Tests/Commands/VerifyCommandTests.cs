using System.Text.Json;
using MLPipeline.Cli.Tests.Fixtures;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Net => _folder["net.onnx"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_compared_with_its_module_at_several_lengths()
    {
        await Export("UserNetworks.HiddenNet");

        var outcome = await Shell.RunAsync("verify", Net, "--assembly", UserDll.Path, "--type", "HiddenNet", "--input", "1x6", "--json");

        Assert.True(outcome.ExitCode == ExitCode.Ok, outcome.Error);
        var runs = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal([1, 1, 2, 2, 7, 7], runs.Select(run => run.GetProperty("batch").GetInt32()));
        Assert.Equal([false, true], runs.Take(2).Select(run => run.GetProperty("graphOptimizations").GetBoolean()));
    }

    [Fact]
    public async Task A_file_of_another_module_is_found_out()
    {
        await Export("UserNetworks.HiddenNet");

        Shell.AssertFails(
            await Shell.RunAsync("verify", Net, "--assembly", UserDll.Path, "--type", "TalkativeNet", "--input", "1x6"),
            ExitCode.Error, "gives other numbers: output 'output' (batch 1", "graph optimisations off");
        Shell.AssertFails(
            await Shell.RunAsync("verify", Net, "--assembly", UserDll.Path, "--type", "HiddenNet", "--input", "1x7"), ExitCode.Error, "takes input", "[1,7]");
        Shell.AssertFails(
            await Shell.RunAsync("verify", Net, "--assembly", UserDll.Path, "--type", "TwoInputs", "--input", "1x6", "--input", "1x6"),
            ExitCode.Error, "takes 1 tensor(s); there are 2");
        Assert.True((await Shell.RunAsync(
            "verify", Net, "--assembly", UserDll.Path, "--type", "TalkativeNet", "--input", "1x6", "--absolute", "9")).ExitCode == ExitCode.Ok);
    }

    [Fact]
    public async Task A_file_is_compared_with_test_data()
    {
        BrightnessModel.Save(Net);
        WriteData(logit: 10);

        var right = await Shell.RunAsync("verify", Net, "--data", _folder.Path);
        var here = await Shell.RunAsync("verify", Net, "--data", _folder["test_data_set_0"], "--json");
        WriteData(logit: 9);
        var wrong = await Shell.RunAsync("verify", Net, "--data", _folder.Path);

        Assert.Equal(ExitCode.Ok, right.ExitCode);
        Assert.Contains("gives the same numbers", right.Output);
        Assert.Equal(2, JsonDocument.Parse(here.Output).RootElement.GetProperty("runs").GetArrayLength());
        Shell.AssertFails(wrong, ExitCode.Error, "output 'logits'", "test_data_set_0", "9");
    }

    [Fact]
    public async Task What_can_not_be_compared_is_told()
    {
        BrightnessModel.Save(Net);
        await File.WriteAllTextAsync(_folder["broken.onnx"], "hello", TestContext.Current.CancellationToken);

        Shell.AssertFails(await Shell.RunAsync("verify", Net), ExitCode.Usage, "--assembly DLL", "--data DIR");
        Shell.AssertFails(await Shell.RunAsync("verify", Net, "--assembly", "My.dll", "--data", "x"), ExitCode.Usage, "not both");
        Shell.AssertFails(await Shell.RunAsync("verify", Net, "--data", _folder.Path), ExitCode.Error, "no test data");
        Shell.AssertFails(await Shell.RunAsync("verify", Net, "--data", _folder["none"]), ExitCode.Error, "no folder");
        Shell.AssertFails(await Shell.RunAsync("verify", _folder["none.onnx"], "--data", _folder.Path), ExitCode.Error, "no model file");
        Shell.AssertFails(await Shell.RunAsync("verify", _folder["broken.onnx"], "--data", _folder.Path), ExitCode.Error, "can't load");
        Directory.CreateDirectory(_folder["test_data_set_0"]);
        await File.WriteAllBytesAsync(_folder["test_data_set_0", "output_0.pb"], [255, 255], TestContext.Current.CancellationToken);
        Shell.AssertFails(await Shell.RunAsync("verify", Net, "--data", _folder.Path), ExitCode.Error, "output_0.pb", "no tensor");
    }

    private async Task Export(string type)
    {
        var outcome = await Shell.RunAsync("export", "--assembly", UserDll.Path, "--type", type, "--input", "1x6", "--output", Net);
        Assert.True(outcome.ExitCode == ExitCode.Ok, outcome.Error);
    }

    private void WriteData(float logit)
    {
        var folder = Directory.CreateDirectory(_folder["test_data_set_0"]).FullName;
        Write("input_0.pb", "input", TensorData.FromFloats([.. Enumerable.Repeat(255f, 16)], 1, 1, 4, 4));
        Write("output_0.pb", "logits", TensorData.FromFloats([-logit, logit], 1, 2));
        Write("output_1.pb", "probabilities", TensorData.FromFloats([2.0611537e-9f, 1], 1, 2));

        void Write(string file, string name, TensorData data)
        {
            using var stream = File.Create(Path.Combine(folder, file));
            OnnxSerializer.WriteTensor(name, data, stream);
        }
    }
}

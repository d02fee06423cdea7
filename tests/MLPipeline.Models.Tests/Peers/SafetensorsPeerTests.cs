using System.Diagnostics;
using System.Globalization;
using MLPipeline.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests.Peers;

/// <summary>Weights from and to Python, where the host has torchvision. Leave out: <c>--filter-not-trait Category=Peer</c>.</summary>
[Trait("Category", "Peer")]
public sealed class SafetensorsPeerTests : IDisposable
{
    private const int NotInstalled = 77;

    private readonly string _folder = Directory.CreateTempSubdirectory("safetensors-peer-").FullName;

    [Theory]
    [InlineData("resnet18")]
    [InlineData("densenet121")]
    public void Weights_travel_from_torchvision_and_back(string name)
    {
        Python("make", name);
        using var scope = NewDisposeScope();
        using var still = no_grad();
        using var network = ModelCatalog.Create(name, new() { Channels = 3, Classes = 1000, Stem = ImageStem.ImageNet });
        var loaded = network.LoadSafetensors(At($"{name}.safetensors"));
        Assert.All(loaded.Missing, key => Assert.EndsWith("num_batches_tracked", key));
        Assert.Empty(loaded.Unexpected);

        var run = Safetensors.Load(At($"{name}.run.safetensors"));
        network.eval();
        var expected = run["output"];
        Assert.True(expected.std().ToDouble() > 0.01, "the outputs are too alike to tell anything");
        var scale = Math.Max(1, expected.abs().max().ToDouble());
        Assert.InRange((network.call(run["input"]) - expected).abs().max().ToDouble() / scale, 0, 1e-5);

        Safetensors.Save(network, At("back.safetensors"), new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Equal(0, double.Parse(Python("check", name, At("back.safetensors")), CultureInfo.InvariantCulture));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string file) => Path.Combine(_folder, file);

    private string Python(string command, params string[] arguments)
    {
        var python = new[] { "/usr/bin/python3", "/usr/local/bin/python3" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(python is null, "Not run: no python3 on this host.");
        var script = Path.Combine(AppContext.BaseDirectory, "peers", "safetensors_peer.py");
        var start = new ProcessStartInfo(python!, [script, command, _folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == NotInstalled, $"Not run: {python} lacks torch or torchvision (Debian: python3-torch, python3-torchvision). {errors.Result.Trim()}");
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}

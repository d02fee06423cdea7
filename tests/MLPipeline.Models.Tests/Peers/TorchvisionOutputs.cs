using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests.Peers;

/// <summary>Networks with weights, an input and its output, made by torchvision on this host, once for all tests.</summary>
public sealed class TorchvisionOutputs : IDisposable
{
    public static readonly string[] Networks = ["resnet18", "resnet50", "densenet121"];

    private const int NotInstalled = 77;

    private readonly string _folder = Directory.CreateTempSubdirectory("torchvision-").FullName;

    public TorchvisionOutputs() => WhyNot = Make();

    /// <summary>Why there is no output to compare with; null when there is.</summary>
    public string? WhyNot { get; }

    public Dictionary<string, Tensor> Read(string network)
    {
        var folder = Path.Combine(_folder, network);
        return File.ReadLines(Path.Combine(folder, "index.txt")).Select(l => l.Split(' ')).ToDictionary(
            line => line[0],
            line => tensor(Floats(Path.Combine(folder, line[1])), [.. line[2].Split('x').Select(long.Parse)]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    // Debian's Python first: another one on the path is likely to lack torch.
    private string? Make()
    {
        var python = new[] { "/usr/bin/python3", "/usr/local/bin/python3" }.FirstOrDefault(File.Exists);
        if (python is null)
            return "Not run: no python3 on this host.";
        var script = Path.Combine(AppContext.BaseDirectory, "peers", "torchvision_networks.py");
        var start = new ProcessStartInfo(python, [script, "forward", _folder, .. Networks]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode switch
        {
            0 => null,
            NotInstalled => $"Not run: {python} lacks torch or torchvision (Debian: python3-torch, python3-torchvision). {errors.Trim()}",
            var code => throw new InvalidOperationException($"{script} ended with {code}: {errors}"),
        };
    }
}

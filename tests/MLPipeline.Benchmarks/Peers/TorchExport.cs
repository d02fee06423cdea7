using System.Diagnostics;
using System.Text.Json;

namespace MLPipeline.Benchmarks.Peers;

/// <summary>One <c>torch.onnx.export</c> in a Python process of its own, by <c>tests/peers/torch_export.py</c>.</summary>
/// <param name="Seconds">What the export itself took.</param>
/// <param name="ProcessorSeconds">The processor time it took, all threads together.</param>
/// <param name="Python">Python's version.</param>
/// <param name="Torch">torch's.</param>
/// <param name="Torchvision">torchvision's.</param>
/// <param name="Threads">The threads torch ran on.</param>
internal sealed record TorchExport(double Seconds, double ProcessorSeconds, string Python, string Torch, string Torchvision, int Threads)
{
    private const int NotInstalled = 77;

    /// <summary>The versions, for people.</summary>
    public string Versions => $"Python {Python}, torch {Torch}, torchvision {Torchvision}, {Threads} threads";

    /// <summary>Makes the network, leaves its weights and its file in a folder.</summary>
    /// <exception cref="PeerException">Python, torch or torchvision is missing, or the export failed.</exception>
    public static TorchExport Run(BenchmarkNetwork network, string folder)
    {
        // Debian's Python first: another one on the path is likely to lack torch.
        var python = new[] { "/usr/bin/python3", "/usr/local/bin/python3" }.FirstOrDefault(File.Exists)
            ?? throw new PeerException("There is no /usr/bin/python3 to compare with. Debian: apt install python3-torch python3-torchvision libopenblas0.");
        var script = Path.Combine(AppContext.BaseDirectory, "peers", "torch_export.py");
        var start = new ProcessStartInfo(python, [script, network.Name, folder, "--size", $"{network.Size}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode switch
        {
            0 => JsonSerializer.Deserialize<TorchExport>(output.Trim().Split('\n')[^1], JsonSerializerOptions.Web)!,
            NotInstalled => throw new PeerException(
                $"{python} can't load torch and torchvision (Debian: apt install python3-torch python3-torchvision libopenblas0): {errors.Result.Trim()}"),
            var code => throw new PeerException($"{script} ended with {code}: {errors.Result.Trim()}"),
        };
    }
}

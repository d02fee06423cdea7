using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Fixtures;

/// <summary>
/// npm's onnxruntime-node, a client of ONNX files that nobody here wrote: one process (<c>tests/peers/score.mjs</c>) that is asked about one
/// file after another. It is there after <c>npm install --prefix tests/peers</c>.
/// </summary>
internal static class OnnxRuntimeNode
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<Process?> Node = new(Start);

    /// <summary>Whether node and onnxruntime-node are on this machine.</summary>
    public static bool IsAvailable => Node.Value is not null;

    /// <summary>The largest absolute difference between what the file gives there and what is expected, by output.</summary>
    public static IReadOnlyDictionary<string, double> Differences(
        string model, Dictionary<string, Tensor> inputs, Dictionary<string, Tensor> expected)
    {
        var node = Node.Value ?? throw new InvalidOperationException("onnxruntime-node is not there.");
        lock (Gate)
        {
            node.StandardInput.WriteLine(JsonSerializer.Serialize(new { model, inputs = Described(inputs), outputs = Described(expected) }));
            node.StandardInput.Flush();
            var answer = node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("onnxruntime-node has died.");
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.TryGetProperty("error", out var error)
                ? throw new InvalidOperationException($"onnxruntime-node: {error.GetString()}")
                : json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
        }
    }

    private static Dictionary<string, object> Described(Dictionary<string, Tensor> tensors) => tensors.ToDictionary(
        t => t.Key,
        object (t) => new { dims = t.Value.shape, data = Convert.ToBase64String(MemoryMarshal.AsBytes(t.Value.contiguous().data<float>().ToArray().AsSpan())) });

    private static Process? Start()
    {
        var script = Peers() is { } peers ? Path.Combine(peers, "score.mjs") : null;
        if (script is null || !Directory.Exists(Path.Combine(Path.GetDirectoryName(script)!, "node_modules", "onnxruntime-node")))
            return null;
        try
        {
            var process = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => process.StandardInput.Close();
            return process.StandardOutput.ReadLine() == "ready" ? process : null;
        }
        catch (Win32Exception)
        {
            // There is no node on the search path.
            return null;
        }
    }

    // The sources lie somewhere above the folder the tests run in.
    private static string? Peers()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var peers = Path.Combine(folder.FullName, "tests", "peers");
            if (File.Exists(Path.Combine(peers, "score.mjs")))
                return peers;
        }

        return null;
    }
}

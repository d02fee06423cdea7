using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using MLPipeline.Benchmarks.Measuring;
using MLPipeline.Benchmarks.Peers;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Benchmarks.Commands;

/// <summary><c>graphs</c>: which operators both files hold, as written and as ONNX Runtime's optimiser leaves them on this machine.</summary>
internal sealed class GraphsCommand : Command
{
    private readonly NetworksOption _networks = new("lenet-bn", "resnet18", "resnet50", "densenet121");
    private readonly JsonOption _json = new();

    public GraphsCommand()
        : base("graphs", "The operators of our file and of torch.onnx.export's, as written and as ONNX Runtime optimises them.")
    {
        Options.Add(_networks);
        Options.Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var report = new BenchmarkReport(parsed.GetValue(_json));
        foreach (var network in parsed.GetRequiredValue(_networks).Select(BenchmarkNetwork.Of))
        {
            using var place = new Workplace();
            var folder = place.Folder(network.Name);
            report.Begin(TorchExport.Run(network, folder).Versions);
            ExportOnceCommand.Export(network, folder);
            foreach (var side in (string[])["ours", "theirs"])
            {
                var path = Path.Combine(folder, $"{side}.onnx");
                Write(report, network.Name, side, "as written", path);
                Write(report, network.Name, side, "optimised", Optimized(path));
            }
        }

        return 0;
    }

    private static string Optimized(string path)
    {
        var optimized = Path.ChangeExtension(path, ".optimized.onnx");
        using var options = new SessionOptions { OptimizedModelFilePath = optimized, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        new InferenceSession(path, options).Dispose();
        return optimized;
    }

    private static void Write(BenchmarkReport report, string network, string side, string stage, string path)
    {
        var operators = OnnxSerializer.Load(path).Graph.Nodes
            .GroupBy(n => n.Domain.Length == 0 ? n.OpType : $"{n.Domain}.{n.OpType}")
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key)
            .ToDictionary(g => g.Key, g => g.Count());
        var list = string.Join(", ", operators.Select(o => $"{o.Value} {o.Key}"));
        report.Line(
            $"{network,-12} {side,-6} {stage,-10} {operators.Values.Sum(),4} nodes: {list}",
            new { benchmark = "graphs", network, side, stage, operators });
    }
}
